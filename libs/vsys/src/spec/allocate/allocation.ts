/** What `allocate` takes and gives. */
import type { AgentEnrolment, EnrolledAgent } from './appliance-boot.js';
import type { Violation } from '../../errors.js';
import type { SrUuid, VNetId, VServerId, VsysId } from '../../ids.js';
import type { ModuleDocument } from '../../ports/module-document.js';
import type { SystemConnections } from '../../efm/firewall/connections-input.js';
import type { SystemPlace } from '../../placement/choose-storage.js';
import type { ModuleInput } from '../../efm/registry.js';
import type { ModuleRenderer } from '../../ports/module-renderer.port.js';
import type { TextSealer } from '../../ports/text-sealer.port.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import type { ImageLicence } from '../image-licence.js';
import type { SealedText } from '../sealed-text.js';
import type { VsysSpec } from '../vsys-spec.js';

export interface CatalogServerType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** `efm`: for appliances only. */
  readonly kind: 'server' | 'efm';
  /** Existing servers keep it, new ones cannot have it. */
  readonly deprecated?: boolean;
}

export interface CatalogImage {
  /** As descriptors write it. */
  readonly name: string;
  /** Name of the template in pools; absent: its name. */
  readonly template?: string;
  readonly systemDiskGiB: number;
  readonly minMemoryMiB?: number;
  readonly licence?: ImageLicence;
  /** Existing servers keep it, new ones cannot have it. */
  readonly deprecated?: boolean;
  /** What to take instead of a deprecated one. */
  readonly replacement?: string;
}

export const templateOf = ({ name, template }: CatalogImage): string => template ?? name;

export interface Catalog {
  readonly serverTypes: readonly CatalogServerType[];
  /** Without the appliance's image. */
  readonly images: readonly CatalogImage[];
  /** The appliance that EFMs are made from. */
  readonly efm: { readonly image: CatalogImage; readonly defaultType: string };
}

/** Last used numbers of a VSYS. They only grow: a number is never used again. */
export interface PartNumbers {
  readonly server: number;
  readonly disk: number;
  readonly publicIp: number;
  readonly snapshot: number;
  /** Absent in numbers that were stored before there were back-ups: 0. */
  readonly backup?: number;
  /**
   * Parts that the pool has and that this database never gave out, because it was restored from a copy: their numbers are not
   * given out, and they are left alone for good. Absent: none.
   */
  readonly passedOver?: readonly string[];
}
export const NO_NUMBERS: PartNumbers = { server: 0, disk: 0, publicIp: 0, snapshot: 0 };

/** How many pool-wide and zone-wide things a change needs; admission reserves them and hands them to `allocate`. */
export interface Needs {
  readonly vlans: number;
  /** Networks that need tunnels between hosts. */
  readonly tunnels: number;
  /** Prefix lengths of the ranges to be chosen, in the order of the VNets. */
  readonly autoRanges: readonly number[];
  readonly macs: number;
  readonly publicAddresses: number;
  /** Addresses of the VDC that public IPs of these names want. */
  readonly allocations: readonly { readonly name: string; readonly allocation: string }[];
  /** Of the zone's range for appliances. */
  readonly applianceAddresses: number;
  /** Data disks to be made; with any, `sr` must be given. */
  readonly disks: number;
}

export interface Reserved {
  readonly vlans: readonly number[];
  /** Chosen ranges, in the order of `Needs.autoRanges`. */
  readonly ranges?: readonly string[];
  /** Lower case, colon separated, locally administered. */
  readonly macs: readonly string[];
  readonly publicAddresses: readonly string[];
  /** Addresses of `Needs.allocations` by id. */
  readonly allocated?: ReadonlyMap<string, string>;
  /** Where appliances have their way out; absent: they have none. */
  readonly uplink?: UplinkSupply;
  /** Where new data disks of the standard class go. */
  readonly sr: SrUuid | null;
  /** Where those of each class go. */
  readonly srs?: ReadonlyMap<string, SrUuid>;
  /** Where system disks go that cannot be where their image is. */
  readonly systemPlaces?: readonly SystemPlace[];
  /** Addresses of NICs that are being removed since an earlier change: not given again before they are gone. */
  readonly addressesInUse?: readonly { readonly net: VNetId; readonly ipv4: string }[];
  /** Reserved by people, or resting after their last use: not given to anybody who did not name them. */
  readonly withheld?: readonly WithheldAddresses[];
}

export interface WithheldAddresses {
  readonly net: VNetId;
  readonly first: string;
  readonly last: string;
}

export interface UplinkSupply {
  readonly applianceAddresses: readonly string[];
  /** Of the zone; never a VNet's. */
  readonly cidr: string;
  readonly gateway: string;
}

export interface AllocationContext {
  readonly vsysId: VsysId;
  /** Name of the VSYS. */
  readonly name: string;
  /** Of the spec to be made: the previous one's + 1. */
  readonly generation: number;
  readonly catalog: Catalog;
  readonly reserved: Reserved;
  readonly numbers: PartNumbers;
  readonly modules: ModuleRenderer;
  /** When it is made: certificates must be valid then; without it their time is not looked at. */
  readonly at?: Date;
  /** Needed as soon as something in the system is a secret. */
  readonly sealer?: TextSealer;
  /** Without it appliances are made without an agent's token, and nothing can reach them. */
  readonly agents?: AgentEnrolment;
  /** To other systems, as far as both sides agreed; absent: none. */
  readonly connections?: SystemConnections;
  readonly previous?: PreviousGeneration;
}

export interface PreviousGeneration {
  readonly spec: VsysSpec;
  /** With it, a power state that the descriptor changed wins over one that a user set. */
  readonly design?: VsysDesign;
}

export interface Allocation {
  readonly spec: VsysSpec;
  /** To be stored with the VSYS. */
  readonly numbers: PartNumbers;
  /** Configurations that are new or changed with this generation. */
  readonly efmConfigs: readonly EfmConfig[];
  /** Of appliances that are new with this generation. */
  readonly agents: readonly EnrolledAgent[];
  /** What is allowed but surely not meant, e.g. firewall rules that never decide; pointers into the descriptor. */
  readonly advice: readonly Violation[];
}

export interface EfmConfig {
  readonly server: VServerId;
  /** The generation that brought it. */
  readonly version: number;
  /** Without its secrets. */
  readonly input: ModuleInput;
  /** By file name, sealed for the server. */
  readonly secrets: Readonly<Record<string, SealedText>>;
  readonly document: ModuleDocument;
}
