/** Whether anything was made twice, from what the pool logged and from what is in its tables. */
import type { VsysSpec } from '@openvsys/vsys';
import { isDone, methodOf, type LoggedCall } from './call-log.js';

/** Objects that a deployment makes, by the call that makes them. */
function wantedEffects(spec: VsysSpec): ReadonlyMap<string, number> {
  const nics = spec.servers.reduce((sum, server) => sum + server.nics.length, 0);
  return new Map([
    ['network.create', spec.nets.length],
    ['pool.create_VLAN_from_PIF', spec.nets.length],
    ['VM.clone', spec.servers.length],
    ['VM.provision', spec.servers.length],
    ['VIF.create', nics],
    ['VDI.create', spec.disks.length],
    ['VBD.create', spec.disks.length],
    ['VM.start_on', spec.servers.filter(({ power }) => power === 'running').length],
  ]);
}

/** Effects in the pool beyond one of each, also those that were cleared away later. */
export function doubledEffects(log: readonly LoggedCall[], spec: VsysSpec): number {
  let doubled = 0;
  for (const [method, wanted] of wantedEffects(spec)) {
    const done = log.filter((call) => methodOf(call) === method && isDone(call)).length;
    doubled += Math.max(0, done - wanted);
  }
  return doubled;
}

/** How many of the names occur more than once, counted by surplus: what is there twice. */
export function surplus(names: readonly string[]): number {
  return names.length - new Set(names).size;
}
