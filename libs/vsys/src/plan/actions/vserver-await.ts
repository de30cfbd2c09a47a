/**
 * Waits until a server that runs is ready, as its spec says, for the sake of those that start after it. It is done once for each
 * boot; servers with a higher start order wait for it (`World.startGate`). Nothing is changed by it but a note, so whatever else
 * is wished of the server does not wait for its end (`onlyWaits`).
 */
import { gateText, type ReadinessSpec } from '../../spec/readiness.js';
import { isVm } from '../observed-index.js';
import { findServiceProbe } from '../service-probe.js';
import { isReadinessOwed, staysUp } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, readinessLockOf, replaceById } from './action-rule.js';

export const vserverAwait: ActionRule<'vserver.await'> = {
  kind: 'vserver.await',
  due: (world) =>
    [...world.wanted.servers.values()].flatMap((server) => {
      const vm = world.seen.servers.get(server.id);
      const { ready } = server;
      if (ready === undefined || !isVm(vm) || !staysUp(world, server, vm)) return [];
      // It boots again in a moment.
      if (vm.restarts < server.restarts || !isReadinessOwed(server, vm)) return [];
      const probe = findServiceProbe(world, server);
      return [{ kind: 'vserver.await', part: server.id, ready, ...(probe === undefined ? {} : { probe }) }];
    }),
  predict: (observed, { part }) => ({
    ...observed,
    servers: replaceById(observed.servers, part, (vm) => ({ ...vm, readiness: 'in-time' })),
  }),
  // Shared on the server itself: its NICs and disks may be put on meanwhile.
  locks: ({ part }) => ({ exclusive: [readinessLockOf(part)], shared: [lockOf(part)] }),
  after: ({ part }) => [`vserver.start:${part}`, `vserver.restart:${part}`],
  title: ({ part, ready, probe }, name) =>
    titleOf(name(part), ready, probe?.appliances[0] && name(probe.appliances[0])),
  pauseMs: ({ ready }) => ready.delaySeconds * 1_000,
  // A Linux guest boots and its agent reports.
  estimateMs: 20_000,
};

/** `asker`: the appliance that asks. */
function titleOf(
  name: string,
  { gate, timeoutSeconds, delaySeconds, onTimeout }: ReadinessSpec,
  asker: string | undefined,
): string {
  const pause = `${delaySeconds} s`;
  if (gate === undefined) return `Wait ${pause} after the start of VServer ${name}`;
  const bound = `at most ${timeoutSeconds} s, then ${onTimeout === 'fail' ? 'fail' : 'go on'}`;
  const then = delaySeconds === 0 ? '' : `, and ${pause} more`;
  if (gate.kind === 'guest-agent') return `Wait for the guest agent of VServer ${name} (${bound})${then}`;
  if (asker !== undefined)
    return `Wait until ${gateText(gate)} of VServer ${name} answers ${asker} (${bound})${then}`;
  return `Wait for the guest agent of VServer ${name} (${bound})${then}: no appliance can ask ${gateText(gate)}`;
}
