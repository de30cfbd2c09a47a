/**
 * The state of a wanted server.
 *
 *   planned → creating → stopped ⇄ starting → running ⇄ restarting
 *                           ▲                    │
 *                           └──── stopping ◄─────┘
 */
import { isVm } from '../plan/observed-index.js';
import type { ObservedServer } from '../plan/observed.js';
import type { PartStatus } from '../ports/provisioning-store.port.js';
import type { VServerSpec } from '../spec/vsys-spec.js';
import type { Activity } from './activity.js';
import { statusOf } from './activity.js';
import type { PartState } from './states.js';

export function serverStatus(
  server: VServerSpec,
  vm: ObservedServer | undefined,
  activity: Activity,
): PartStatus {
  const status = statusOf(server.id, stateOf(server, vm, activity), activity);
  const reason = status.reason ?? (status.state === 'running' ? readinessReason(server, vm) : null);
  return { ...status, reason, host: vm?.host ?? null };
}

/** What those that start after a running server wait for, or did not wait for any longer. */
function readinessReason({ ready, power }: VServerSpec, vm: ObservedServer | undefined): string | null {
  if (ready === undefined || power !== 'running') return null;
  if (vm?.readiness === undefined) return 'It runs, and is waited for until it is ready.';
  if (vm.readiness === 'in-time') return null;
  return `It was not ready within ${ready.timeoutSeconds} s; those after it did not wait any longer.`;
}

function stateOf({ id }: VServerSpec, vm: ObservedServer | undefined, { inFlight }: Activity): PartState {
  if (!isVm(vm)) return vm !== undefined || inFlight.has(`vserver.clone:${id}`) ? 'creating' : 'planned';
  if (inFlight.has(`vserver.stop:${id}`)) return vm.power === 'halted' ? 'stopped' : 'stopping';
  if (vm.stage === 'cloned') return 'creating';
  // An action whose effect is already seen is over for the user, even when its answer is still on the way.
  if (inFlight.has(`vserver.start:${id}`)) return vm.power === 'running' ? 'running' : 'starting';
  if (inFlight.has(`vserver.restart:${id}`)) return 'restarting';
  return vm.power === 'halted' ? 'stopped' : vm.power;
}
