/** One capture: tcpdump for so many seconds or bytes, whichever is over first. */
import { spawn } from 'node:child_process';
import { wholePackets } from './pcap.js';

export interface CaptureOrder {
  readonly id: string;
  readonly interface: string;
  readonly seconds: number;
  readonly maxBytes: number;
  readonly bytesPerPacket: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | null;
  readonly host: string | null;
  readonly port: number | null;
}

/** tcpdump writes out what it has and ends within this, ms; else it is killed. */
const END_GRACE_MS = 3_000;
/** Of its complaints, characters. */
const COMPLAINT_LIMIT = 500;

/** Words of pcap-filter(7), one an argument: nothing of a wish is ever a program of its own. */
export function filterOf({
  protocol,
  host,
  port,
}: Pick<CaptureOrder, 'protocol' | 'host' | 'port'>): string[] {
  const parts = [
    ...(protocol === null ? [] : [[protocol]]),
    ...(host === null ? [] : [['host', host]]),
    ...(port === null ? [] : [['port', String(port)]]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : ['and', ...part]));
}

/** A pcap file of whole packets. Throws with the words of tcpdump when it cannot be started or refuses. */
export async function capturePackets(order: CaptureOrder, signal: AbortSignal): Promise<Buffer> {
  const { interface: link, bytesPerPacket, seconds, maxBytes } = order;
  const args = ['-i', link, '-n', '-U', '-s', String(bytesPerPacket), '-w', '-', '--', ...filterOf(order)];
  const child = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let size = 0;
  let words = '';
  let killing: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill('SIGINT');
    killing ??= setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
  };
  const timer = setTimeout(end, seconds * 1000);
  signal.addEventListener('abort', end, { once: true });
  child.stdout.on('data', (chunk: Buffer) => {
    if (size <= maxBytes) chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) end();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(0, COMPLAINT_LIMIT);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve());
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(killing);
    signal.removeEventListener('abort', end);
  }
  const file = wholePackets(Buffer.concat(chunks), maxBytes);
  if (file.length === 0) throw new Error(`tcpdump gave nothing: ${words.trim()}`);
  return file;
}
