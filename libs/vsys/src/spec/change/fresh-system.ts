/** Servers that begin again: the same server on a fresh system disk. */
import type { VServerId } from '../../ids.js';
import type { VServerSpec, VsysSpec } from '../vsys-spec.js';

/** What an appliance is made of. */
export type ApplianceImage = Pick<VServerSpec, 'image' | 'systemDiskGiB'>;

/** In this generation the server gets a fresh disk from its image, and again what its guest reads at its first boot. */
export const withFreshSystem = (spec: VsysSpec, id: VServerId): VsysSpec =>
  withServer(spec, id, (server) => ({
    ...server,
    systemOrigin: { from: { image: server.image }, count: spec.generation },
    ...(server.configDrive === undefined
      ? {}
      : { configDrive: { ...server.configDrive, version: spec.generation } }),
  }));

/** The appliances of an EFM: one, or two of a pair. Empty when there is none of the name. */
export const appliancesOf = (spec: VsysSpec, efm: string): readonly VServerSpec[] =>
  spec.servers.filter(({ role, kind }) => role === efm && kind !== 'server');

/** As if the appliances had never booted, so that they are given tokens and drives anew. */
export const withoutBoot = (spec: VsysSpec, ids: readonly VServerId[]): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => {
    if (!ids.includes(server.id)) return server;
    const { configDrive: _before, ...rest } = server;
    return rest;
  }),
});

export const withImageOf = (
  spec: VsysSpec,
  id: VServerId,
  { image, systemDiskGiB }: ApplianceImage,
): VsysSpec => withServer(spec, id, (server) => ({ ...server, image, systemDiskGiB }));

function withServer(spec: VsysSpec, id: VServerId, change: (server: VServerSpec) => VServerSpec): VsysSpec {
  return { ...spec, servers: spec.servers.map((server) => (server.id === id ? change(server) : server)) };
}
