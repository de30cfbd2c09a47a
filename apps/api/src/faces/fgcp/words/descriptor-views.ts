/** Descriptors as answers show them. */
import type { DescriptorVersionDetailRecord } from '@openvsys/persistence';
import { bindParameters, descriptorOf, DomainError, type Descriptor, type VsysDesign } from '@openvsys/vsys';
import { unlessEmpty, type FgcpFields } from '../protocol/write-answer.js';
import { PROVIDER } from './image-views.js';
import { gigabytes } from './part-views.js';
import { APPLIANCE_TYPES } from './server-words.js';

export function descriptorView(record: DescriptorVersionDetailRecord, contract: string): FgcpFields {
  const { metadata, vnets } = descriptorOf(record.document);
  const owner = record.shared ? PROVIDER : contract;
  return {
    creatorName: owner,
    description: metadata.description ?? metadata.title ?? metadata.name,
    keyword: [`${Object.keys(vnets).length}-tier`, metadata.title ?? metadata.name].join(','),
    registrant: owner,
    vsysdescriptorId: record.name,
    vsysdescriptorName: record.name,
  };
}

/** The firewall comes first, then each server that a system would have without any parameter. */
export function descriptorDetailView(record: DescriptorVersionDetailRecord, contract: string): FgcpFields {
  const descriptor = descriptorOf(record.document);
  const creator = record.shared ? PROVIDER : contract;
  const servers = findDesign(descriptor)?.servers ?? [];
  return {
    ...descriptorView(record, contract),
    vservers: {
      vserver: [
        ...firewallsOf(descriptor, creator),
        ...servers.map(({ name, type, image }) => ({
          creator,
          diskimageId: image,
          vdisks: unlessEmpty('vdisk', disksOf(descriptor, name)),
          vserverName: name,
          vserverType: type,
        })),
      ],
    },
  };
}

/** The image of appliances is the provider's choice, not the descriptor's. */
const APPLIANCE_IMAGE = 'openvsys-efm';

const firewallsOf = ({ efms = {} }: Descriptor, creator: string): readonly FgcpFields[] =>
  Object.entries(efms)
    .filter(([, { kind }]) => kind === 'firewall')
    .map(([vserverName]) => ({
      creator,
      diskimageId: APPLIANCE_IMAGE,
      vserverName,
      vserverType: APPLIANCE_TYPES.FW,
    }));

const disksOf = (descriptor: Descriptor, server: string): readonly FgcpFields[] =>
  (findDesign(descriptor)?.disks ?? [])
    .filter((disk) => disk.server === server)
    .map(({ sizeGiB }) => ({ size: gigabytes(sizeGiB) }));

/** Undefined when a parameter has to be given: the protocol has no way to show it. */
function findDesign(descriptor: Descriptor): VsysDesign | undefined {
  try {
    return bindParameters(descriptor, {});
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
