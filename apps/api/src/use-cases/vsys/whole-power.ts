/** Start, stop and restart of a whole system, as the spec that each makes. */
import {
  assertAllowed,
  withPowerOfAll,
  withRestartOfAll,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';

export type WholePowerVerb = 'start' | 'stop' | 'restart';

/** Throws `conflict` when the state does not allow it or all is wanted so already. */
export function specAfterWholePower(
  vsys: { readonly id: VsysId; readonly phase: VsysPhase; readonly spec: VsysSpec },
  verb: WholePowerVerb,
): VsysSpec {
  assertAllowed('vsys', vsys.id, verb, vsys.phase);
  if (verb === 'restart') return withRestartOfAll(vsys.spec);
  return withPowerOfAll(vsys.spec, verb === 'start' ? 'running' : 'stopped');
}
