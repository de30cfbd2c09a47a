/** Verbs of a whole system as changes of its spec: each returns the next generation. The planner orders the work. */
import { DomainError } from '../../errors.js';
import type { VServerSpec, VsysSpec } from '../vsys-spec.js';
import { poweredTo } from './next-generation.js';

export type WholePower = 'running' | 'stopped';

/**
 * Every server and appliance running, or every one stopped; paused and suspended ones too. Throws `conflict` when all of
 * them are wanted so already.
 */
export function withPowerOfAll(spec: VsysSpec, power: WholePower): VsysSpec {
  if (spec.servers.some((server) => server.power !== power))
    return withServers(spec, (server) => (server.power === power ? server : poweredTo(server, power)));
  throw new DomainError('conflict', `Every server of “${spec.name}” is wanted ${power} already.`, {
    retry: 'never',
    remedy: 'There is nothing to do.',
    details: { power },
  });
}

const isUp = ({ power }: VServerSpec): boolean => power === 'running';

/** One restart more of each server that is meant to run. Throws `conflict` when none is. */
export function withRestartOfAll(spec: VsysSpec): VsysSpec {
  if (spec.servers.some(isUp))
    return withServers(spec, (server) =>
      isUp(server) ? { ...server, restarts: server.restarts + 1 } : server,
    );
  throw new DomainError(
    'conflict',
    `No server of “${spec.name}” is meant to run, so none can be restarted.`,
    {
      retry: 'after-change',
      remedy: 'Start the system.',
    },
  );
}

function withServers(spec: VsysSpec, change: (server: VServerSpec) => VServerSpec): VsysSpec {
  return { ...spec, generation: spec.generation + 1, servers: spec.servers.map(change) };
}
