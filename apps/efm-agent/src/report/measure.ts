/** Figures of the running programs, read from their own interfaces. What cannot be read is left out, never invented. */
import { nftablesCounts } from '@openvsys/efm';
import { readFile } from 'node:fs/promises';
import type { ModuleDocument } from '@openvsys/vsys';
import { ipv4Of, type Link } from '../network/ip-json.js';
import { tryTool } from '../process/run-tool.js';
import { askHaproxy } from '../programs/haproxy-socket.js';
import { haproxySocket } from '../programs/haproxy.js';
import type { Counter, MemberReport, Report, TunnelPeer } from './report.js';

/** Members beyond this are not reported; the listeners come first. */
const MEMBERS_LIMIT = 1_000;

export type Figures = Pick<Report, 'members' | 'tunnels' | 'conntrack' | 'role'>;

export async function measure(
  document: ModuleDocument,
  run: string,
  listLinks: () => Promise<readonly Link[]>,
): Promise<Figures> {
  const names = new Set(document.programs.map(({ name }) => name));
  const tunnel = document.programs.find((program) => program.name === 'wireguard');
  return {
    members: names.has('haproxy')
      ? parseStatistics(await askHaproxy(haproxySocket(run), 'show stat').catch(() => ''))
      : [],
    tunnels: tunnel === undefined ? [] : await readTunnel(tunnel.interface),
    conntrack: await readConntrack(),
    role: await readRole(document, listLinks),
  };
}

/** Ten thousand rules are some megabytes to read: once a report, not with every look. */
export async function readCounters(document: ModuleDocument): Promise<Record<string, Counter>> {
  if (!document.programs.some(({ name }) => name === 'nftables')) return {};
  const { code, stdout } = await tryTool('nft', ['--json', 'list', 'table', 'ip', 'openvsys']);
  return code === 0 ? Object.fromEntries(nftablesCounts(stdout)) : {};
}

/** CSV of `show stat` (HAProxy management guide, 9.1); columns by their names in the first line. */
export function parseStatistics(text: string): MemberReport[] {
  const [head = '', ...rows] = text.replace(/^# /, '').split('\n');
  const columns = head.split(',');
  const found = rows
    .filter((row) => row !== '')
    .map((row) => {
      const values = row.split(',');
      const of = (column: string): string => values[columns.indexOf(column)] ?? '';
      const number = (column: string): number => Number(of(column));
      const name = of('svname');
      return {
        proxy: of('pxname'),
        member: name === 'FRONTEND' || name === 'BACKEND' ? null : name,
        status: of('status'),
        currentSessions: number('scur'),
        totalSessions: number('stot'),
        bytesIn: number('bin'),
        bytesOut: number('bout'),
        errors: number('econ') + number('eresp') + number('ereq'),
        check: of('check_status'),
      };
    });
  return found
    .toSorted((a, b) => Number(a.member !== null) - Number(b.member !== null))
    .slice(0, MEMBERS_LIMIT);
}

/** `wg show … dump`: the first line has the private key and is thrown away; peers follow. */
async function readTunnel(name: string): Promise<TunnelPeer[]> {
  const { code, stdout } = await tryTool('wg', ['show', name, 'dump']);
  if (code !== 0) return [];
  const nowSeconds = Date.now() / 1000;
  return stdout
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [publicKey = '', , endpoint = '', , handshake = '0', bytesIn = '0', bytesOut = '0'] =
        line.split('\t');
      const at = Number(handshake);
      return {
        publicKey,
        endpoint: endpoint === '(none)' ? null : endpoint,
        handshakeAgeSeconds: at === 0 ? null : Math.max(0, Math.round(nowSeconds - at)),
        bytesIn: Number(bytesIn),
        bytesOut: Number(bytesOut),
      };
    });
}

async function readConntrack(): Promise<Report['conntrack']> {
  try {
    return { used: await readLimit('count'), max: await readLimit('max') };
  } catch {
    // The kernel loads connection tracking with the first rule that needs it.
    return null;
  }
}

async function readLimit(name: 'count' | 'max'): Promise<number> {
  return Number(await readFile(`/proc/sys/net/netfilter/nf_conntrack_${name}`, 'utf8'));
}

async function readRole(
  { pair, interfaces }: ModuleDocument,
  listLinks: () => Promise<readonly Link[]>,
): Promise<Report['role']> {
  if (pair === null) return 'alone';
  const links = await listLinks();
  const isHeld = interfaces.some(({ name, virtualAddresses }) => {
    const link = links.find(({ ifname }) => ifname === name);
    return link !== undefined && ipv4Of(link).some((address) => virtualAddresses.includes(address));
  });
  return isHeld ? 'active' : 'standby';
}
