/**
 * A server that runs another system for a while, so that somebody can mend its own: it boots from a fresh disk of an image, with all
 * its disks and addresses. A config drive gives the other system the addresses and the login.
 */
import { DomainError } from '../../errors.js';
import type { VServerId } from '../../ids.js';
import type { RescueSpec, VServerSpec, VsysSpec } from '../vsys-spec.js';
import { poweredTo } from './next-generation.js';

/**
 * Running the image. Throws `not-found`; `conflict` for an appliance, for a server that is in rescue already, and while something
 * is still to become of its disks that needs its own system: a snapshot to be taken, a way back to one.
 */
export function withRescue(spec: VsysSpec, id: VServerId, image: string): VsysSpec {
  const count = spec.generation + 1;
  const { rescue, kind, name } = getServer(spec, id);
  if (kind !== 'server')
    throw new DomainError('conflict', `“${name}” is an appliance: its life is the system’s.`, {
      retry: 'never',
      remedy: 'Update the EFM; its appliance is made anew.',
    });
  if (rescue !== undefined) throw inRescue(name);
  return withServer(spec, id, (server) => ({
    ...poweredTo(server, 'running'),
    rescue: { image, count, ...driveOf(server, count) },
  }));
}

/** What cloud-init takes for user data that ask for nothing. */
const NO_USER_DATA = '#cloud-config\n{}\n';

/** Addresses and login, but not the user data: what they do to disks is meant for the server's own system. */
function driveOf({ configDrive: own }: VServerSpec, version: number): Pick<RescueSpec, 'drive'> {
  if (own === undefined) return {};
  return { drive: { files: { ...own.files, 'user-data': NO_USER_DATA }, version } };
}

/** Running its own system again. Throws `not-found`, and `conflict` for one that is not in rescue. */
export function withoutRescue(spec: VsysSpec, id: VServerId): VsysSpec {
  const { rescue: wish, name } = getServer(spec, id);
  if (wish === undefined)
    throw new DomainError('conflict', `“${name}” is not in rescue.`, {
      retry: 'never',
      remedy: 'There is nothing to end.',
      details: { rescue: null },
    });
  return withServer(spec, id, ({ rescue: _over, ...server }) => poweredTo(server, 'running'));
}

/** Throws `conflict` for the first of the servers that runs another system: what is asked for needs its own. */
export function requireOwnSystem(spec: VsysSpec, ids: readonly VServerId[]): void {
  const server = spec.servers.find(({ id, rescue }) => rescue !== undefined && ids.includes(id));
  if (server !== undefined) throw inRescue(server.name);
}

const inRescue = (name: string): DomainError =>
  new DomainError('conflict', `“${name}” is in rescue: it runs another system than its own.`, {
    retry: 'after-change',
    remedy: 'End the rescue first.',
    details: { rescue: true },
  });

function getServer(spec: VsysSpec, id: VServerId): VServerSpec {
  const server = spec.servers.find((each) => each.id === id);
  if (server !== undefined) return server;
  throw new DomainError('not-found', `No VServer has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

const withServer = (
  spec: VsysSpec,
  id: VServerId,
  change: (server: VServerSpec) => VServerSpec,
): VsysSpec => ({
  ...spec,
  generation: spec.generation + 1,
  servers: spec.servers.map((server) => (server.id === id ? change(server) : server)),
});
