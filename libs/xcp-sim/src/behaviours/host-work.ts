// Purpose: work that a host's executor does. A host that dies meanwhile takes the work with it.
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/**
 * Waits for one of the host's worker places (in order of arrival), spends the time, then applies the effect at once.
 * @throws XenFailure CANNOT_CONTACT_HOST, HOST_OFFLINE before or after, when the host is gone
 */
export function onHost(call: Call, host: Row, spend: () => Promise<void>, apply: () => void): Promise<void> {
  requireContact(call.sim, host);
  return call.inQueue(`host:${host.uuid}`, call.sim.options.hostWorkers, async () => {
    await failOnHost(call, host);
    await spend();
    requireContact(call.sim, host);
    apply();
  });
}

/** A fault rule that names this host hits here, where the host is known. Errors: that of the rule. */
async function failOnHost(call: Call, host: Row): Promise<void> {
  const effect = call.sim.faults.hitExecutor(call.method, [host.ref, host.uuid]);
  if (effect === undefined) return;
  call.entry.fault = effect.kind;
  if (effect.kind === 'slow') await call.pass(effect.ms);
  if (effect.kind !== 'error') return;
  await call.pass(effect.afterMs ?? 0);
  throw new XenFailure(effect.code, ...(effect.params ?? []));
}

/** @throws XenFailure CANNOT_CONTACT_HOST while a dead host still counts as live, then HOST_OFFLINE */
export function requireContact(sim: SimPool, host: Row): void {
  if (!isDead(sim, host)) return;
  const live = sim.db.find('host_metrics', host.link('metrics'))?.bool('live') === true;
  throw new XenFailure(live ? 'CANNOT_CONTACT_HOST' : 'HOST_OFFLINE', host.ref);
}

export function isDead(sim: SimPool, host: Row): boolean {
  return sim.hosts.some((known) => known.row === host && !known.powered);
}
