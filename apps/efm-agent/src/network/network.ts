/**
 * Interfaces, routes and forwarding of the appliance itself. Only what differs is touched, so a change elsewhere in a
 * document cuts no connection. What it decides is in `network-plan.ts`; here it is done.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { ApplianceInterface, ApplianceRoute, ModuleDocument } from '@openvsys/vsys';
import { runTool } from '../process/run-tool.js';
import { ipv4Of, listLinks, listRoutes } from './ip-json.js';
import { addressSteps, isOurs, linkSteps, routeSteps } from './network-plan.js';

export type NetworkState = Pick<ModuleDocument, 'interfaces' | 'routes' | 'forwarding'>;

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** Tunnels have no link before their program runs: `tunnels` come after the programs. */
export type NetworkPart = 'links' | 'tunnels';

/** Throws when a link with a wanted MAC is missing, or the kernel refuses an address or a route. */
export async function applyNetwork(wanted: NetworkState, part: NetworkPart): Promise<void> {
  const interfaces = wanted.interfaces.filter(({ mac }) => (mac === null) === (part === 'tunnels'));
  if (part === 'links') for (const step of linkSteps(interfaces, await listLinks())) await ip(step);
  for (const step of addressSteps(interfaces, await listLinks())) await ip(step);
  const names = new Set(interfaces.map(({ name }) => name));
  const routes = wanted.routes.filter((route) => names.has(route.interface));
  // Routes of tunnels go with them; those of links that nobody wants any more are removed.
  for (const step of routeSteps(routes, await listRoutes(), names)) await ip(step);
  if (part === 'links') await setForwarding(wanted.forwarding);
}

async function ip(args: readonly string[]): Promise<void> {
  await runTool('ip', args);
}

async function setForwarding(isWanted: boolean): Promise<void> {
  const value = isWanted ? '1' : '0';
  if ((await readFile(FORWARDING, 'utf8')).trim() !== value) await writeFile(FORWARDING, value);
}

/** How the network is now, to go back to when the first document turns out wrong. */
export async function readNetwork(): Promise<NetworkState> {
  const links = (await listLinks()).filter(({ link_type }) => link_type === 'ether');
  const routes = await listRoutes();
  return {
    interfaces: links.map((link): ApplianceInterface => ({
      name: link.ifname,
      mac: link.address ?? null,
      addresses: ipv4Of(link),
      virtualAddresses: [],
      mtu: link.mtu,
    })),
    routes: routes.filter(isOurs).flatMap(({ dst, gateway, dev }): ApplianceRoute[] => {
      const to = dst === 'default' ? '0.0.0.0/0' : dst.includes('/') ? dst : `${dst}/32`;
      return dev === undefined ? [] : [{ to, via: gateway ?? null, interface: dev }];
    }),
    forwarding: (await readFile(FORWARDING, 'utf8')).trim() === '1',
  };
}
