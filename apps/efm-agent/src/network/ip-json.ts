/** What `ip -json` tells of links, addresses and routes (iproute2), reduced to what the agent uses. */
import { runTool } from '../process/run-tool.js';

export interface Link {
  readonly ifname: string;
  readonly address?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly link_type: string;
  readonly addr_info: readonly LinkAddress[];
}

export interface LinkAddress {
  readonly family: 'inet' | 'inet6';
  readonly local: string;
  readonly prefixlen: number;
}

export interface Route {
  /** `default` or a network; a host without `/32`. */
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly protocol?: string;
  readonly metric?: number;
}

export async function listLinks(): Promise<Link[]> {
  return parse<Link>((await runTool('ip', ['-json', 'address', 'show'])).stdout);
}

export async function listRoutes(): Promise<Route[]> {
  return parse<Route>((await runTool('ip', ['-4', '-json', 'route', 'show', 'table', 'main'])).stdout);
}

function parse<Row>(text: string): Row[] {
  return text.trim() === '' ? [] : (JSON.parse(text) as Row[]);
}

/** IPv4 addresses with prefix, as a document writes them. */
export const ipv4Of = (link: Link): string[] =>
  link.addr_info
    .filter(({ family }) => family === 'inet')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
