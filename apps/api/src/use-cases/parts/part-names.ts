/** From ids of parts to their names in the present generation. */
import {
  DomainError,
  isVNet,
  vserverOfNic,
  type NicId,
  type PublicIpId,
  type VDiskId,
  type VDiskSpec,
  type VNetId,
  type VServerId,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';

/** Each throws `not-found`: a part of somebody else, one that never was and one that is gone answer alike. */
function get<Part extends { readonly id: string }>(what: string, parts: readonly Part[], id: string): Part {
  const found = parts.find((part) => part.id === id);
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No ${what} has the id “${id}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

/** No appliance: those are changed as EFMs. Throws `not-found`, `conflict` for an appliance. */
export function getServer(spec: VsysSpec, id: VServerId): VServerSpec {
  const server = get('server', spec.servers, id);
  if (server.kind === 'server') return server;
  throw new DomainError('conflict', `“${server.name}” is the appliance of an EFM.`, {
    retry: 'never',
    remedy: `Use /v1/efms/${id}.`,
  });
}

/** Throws `not-found`, for servers that are no appliance too. */
export function getAppliance(spec: VsysSpec, id: VServerId): VServerSpec {
  return get(
    'EFM',
    spec.servers.filter(({ kind }) => kind !== 'server'),
    id,
  );
}

export const getDisk = (spec: VsysSpec, id: VDiskId): VDiskSpec => get('disk', spec.disks, id);
export const netName = (spec: VsysSpec, id: VNetId): string => get('network', spec.nets, id).name;
export const publicIpName = (spec: VsysSpec, id: PublicIpId): string =>
  get('public address', spec.publicIps, id).name;

export interface NicPlace {
  readonly server: VServerSpec;
  /** Among the NICs of the design, which are those in VNets, in this order. */
  readonly index: number;
  readonly addresses: readonly string[];
}

export function getNicPlace(spec: VsysSpec, id: NicId): NicPlace {
  const server = getServer(spec, vserverOfNic(id));
  const nics = server.nics.filter(({ net }) => isVNet(net));
  const nic = get('network card', nics, id);
  return { server, index: nics.indexOf(nic), addresses: nics.map(({ ipv4 }) => ipv4) };
}
