// Purpose: `xcp-sim measure-fleet`: starts a large pool as a process of its own, asks it as clients do, and prints how
// long things took and how much memory it holds. It measures and judges nothing: machines differ.
import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const DEFAULT_FLEET = '64x10000x40000';
const PASSWORD = 'measure';
/** Length of the run of small calls, and clients that make them. */
const CALLS_FOR_MS = 5000;
const CLIENTS = 8;

interface Ready {
  hosts: { url: string }[];
}

type Call = (method: string, ...params: unknown[]) => Promise<unknown>;

/** Prints one line a figure to standard output. */
export async function measureFleet(environment: NodeJS.ProcessEnv): Promise<void> {
  const fleet = environment['XCP_SIM_FLEET'] ?? DEFAULT_FLEET;
  const started = performance.now();
  const server = spawn(process.execPath, [fileURLToPath(new URL('main.js', import.meta.url))], {
    env: {
      ...environment,
      XCP_SIM_FLEET: fleet,
      XCP_SIM_PASSWORD: PASSWORD,
      XCP_SIM_PROFILE: 'instant',
      XCP_SIM_BASE_PORT: '0',
      XCP_SIM_EXIT_WITH_STDIN: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const ready = await readyLine(server);
    report('pool ready', seconds(performance.now() - started));
    await measure(ready.hosts[0]?.url ?? '');
  } finally {
    server.kill('SIGTERM');
  }
}

async function measure(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  // Seconds of processor say more than those of the clock where others work too.
  const timed = async (name: string, work: () => Promise<string>): Promise<void> => {
    const [from, before] = [performance.now(), await processOf(agent, url)];
    const text = await work();
    const tookMs = performance.now() - from;
    const { cpuSeconds } = await processOf(agent, url);
    const cpu = `${(cpuSeconds - before.cpuSeconds).toFixed(2)} s of processor`;
    report(name, `${seconds(tookMs)}  ${cpu}, ${sizeOf(text)}`);
  };
  const rpc: Call = (method, ...params) => post(agent, url, method, params);
  const session = await rpc('session.login_with_password', 'root', PASSWORD);
  const call: Call = (method, ...params) => rpc(method, session, ...params);
  report('memory before the first client', await memory(agent, url));
  const raw = (method: string, ...params: unknown[]): Promise<string> =>
    fetchText(agent, `${url}/jsonrpc`, rpcText(method, [session, ...params]));
  // Until the last byte: what a client makes of it is the client's business.
  await timed('dump of everything by event.from', () => raw('event.from', ['*'], '', 30.5));
  await timed('the same again', () => raw('event.from', ['*'], '', 30.5));
  for (const cls of ['VM', 'VDI', 'VBD'])
    await timed(`${cls}.get_all_records`, () => raw(`${cls}.get_all_records`));
  await smallCalls(call);
  report('memory at the end', await memory(agent, url));
  agent.destroy();
}

/** What clients do all day: read a state, read a record, stop and start VMs, watch the events of it. */
async function smallCalls(call: Call): Promise<void> {
  const vms = (await call('VM.get_all')) as string[];
  const until = performance.now() + CALLS_FOR_MS;
  let calls = 0;
  const client = async (offset: number): Promise<void> => {
    for (let index = offset; performance.now() < until; index += CLIENTS) {
      const vm = vms[index % vms.length];
      await call('VM.get_power_state', vm);
      await call('VM.get_record', vm);
      await call('VM.add_tags', vm, 'measured');
      calls += 3;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, offset) => client(offset)));
  report(`small calls, ${CLIENTS} clients`, `${Math.round((calls / CALLS_FOR_MS) * 1000)} calls/s`);
}

function sizeOf(text: string): string {
  return `${Math.round(text.length / 1e6)} MB of JSON, ${text.split('"uuid":').length - 1} objects`;
}

interface ProcessFigures {
  rssBytes: number;
  heapUsedBytes: number;
  cpuSeconds: number;
}

async function processOf(agent: Agent, url: string): Promise<ProcessFigures> {
  return JSON.parse(await fetchText(agent, `${url}/_sim/process`, undefined)) as ProcessFigures;
}

async function memory(agent: Agent, url: string): Promise<string> {
  const { rssBytes, heapUsedBytes } = await processOf(agent, url);
  return `${Math.round(rssBytes / 2 ** 20)} MiB resident, ${Math.round(heapUsedBytes / 2 ** 20)} MiB of it objects`;
}

function report(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(36)} ${text}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

async function post(agent: Agent, url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const text = await fetchText(agent, `${url}/jsonrpc`, rpcText(method, params));
  const answer = JSON.parse(text) as {
    result?: unknown;
    error?: unknown;
  };
  if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}

function rpcText(method: string, params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

function fetchText(agent: Agent, url: string, body: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      answer.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

async function readyLine(server: ChildProcess): Promise<Ready> {
  if (server.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: server.stdout })) {
    const value = JSON.parse(line) as Ready & { ready?: boolean };
    if (value.ready === true) return value;
  }
  throw new Error('the server ended before it was ready');
}
