/** Changes of a spec without a descriptor: each returns the next generation. */
import { DomainError } from '../../errors.js';
import type { VServerId } from '../../ids.js';
import type { VServerSpec, VsysSpec } from '../vsys-spec.js';

function withServer(spec: VsysSpec, id: VServerId, change: (server: VServerSpec) => VServerSpec): VsysSpec {
  if (!spec.servers.some((server) => server.id === id)) {
    throw new DomainError('not-found', `No VServer has the id “${id}”.`, {
      remedy: 'Take ids from a list or from the answer that created the thing.',
    });
  }
  const servers = spec.servers.map((server) => (server.id === id ? change(server) : server));
  return { ...spec, generation: spec.generation + 1, servers };
}

/** Throws `not-found` for a server that the spec does not have. */
export const withPower = (spec: VsysSpec, server: VServerId, power: VServerSpec['power']): VsysSpec =>
  withServer(spec, server, (old) => ({ ...old, power }));

/** Throws `not-found`, and `conflict` for a server that is not meant to run. */
export const withRestart = (spec: VsysSpec, server: VServerId): VsysSpec =>
  withServer(spec, server, (old) => {
    if (old.power === 'running') return { ...old, restarts: old.restarts + 1 };
    throw new DomainError('conflict', `“${old.name}” is stopped, so it cannot be restarted.`, {
      remedy: 'Start it.',
      details: { power: old.power },
    });
  });

/** Nothing of the VSYS may be left. The parts stay named, so that a roll-back or a report can tell what there was. */
export const absent = (spec: VsysSpec): VsysSpec => ({
  ...spec,
  generation: spec.generation + 1,
  presence: 'absent',
});
