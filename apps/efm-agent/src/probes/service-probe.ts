/**
 * Looks whether a port of a server answers, for whoever waits for it. Only inside the networks that the appliance serves: an order
 * that names another address is refused, whoever gave it.
 */
import { BlockList } from 'node:net';
import type { ApplianceInterface } from '@openvsys/vsys';
import { pause } from '../pause.js';
import { connect, httpStatus } from './attempts.js';

export interface ProbeOrder {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  /** Of a GET that has to be answered with 2xx or 3xx; null: a connection is enough. */
  readonly path: string | null;
  readonly seconds: number;
}

const PAUSE_MS = 500;
/** Whatever an order says, s. */
const MOST_SECONDS = 60;
/** Cards in VNets; `uplink` and tunnels are not the system's own. */
const INSIDE = /^eth[0-9]+$/;

/** Resolves when it answers. Rejects with why not once its time is over, when the signal fires, or at once when it must not be asked. */
export async function probeService(
  order: ProbeOrder,
  interfaces: readonly ApplianceInterface[],
  signal: AbortSignal,
): Promise<void> {
  if (!isInside(order.address, interfaces))
    throw new Error(`${order.address} is in no network of this appliance.`);
  const end = performance.now() + Math.min(order.seconds, MOST_SECONDS) * 1_000;
  for (;;) {
    try {
      return await attempt(order);
    } catch (error) {
      if (signal.aborted || performance.now() >= end) throw error;
    }
    await pause(PAUSE_MS, signal);
  }
}

export function isInside(address: string, interfaces: readonly ApplianceInterface[]): boolean {
  const networks = new BlockList();
  for (const { name, addresses, virtualAddresses } of interfaces) {
    if (!INSIDE.test(name)) continue;
    for (const each of [...addresses, ...virtualAddresses]) {
      const [own = '', prefix = '32'] = each.split('/');
      networks.addSubnet(own, Number(prefix), 'ipv4');
    }
  }
  return networks.check(address, 'ipv4');
}

async function attempt({ address, port, path }: ProbeOrder): Promise<void> {
  if (path === null) return connect(address, port);
  const status = await httpStatus(address, port, path);
  if (status < 200 || status >= 400) throw new Error(`${address}:${port}${path} answers ${status}.`);
}
