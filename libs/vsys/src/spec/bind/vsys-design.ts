/**
 * A descriptor with its parameters filled in and its counts expanded: names and numbers, no ids, no addresses but fixed ones.
 * Stored beside the spec of its generation; the next change is compared with it.
 */
import type { EfmDesign } from '../../efm/registry.js';
import type { Headroom } from '../headroom.js';
import type { ReadinessSpec } from '../readiness.js';
import type { ServerTuning } from '../server-tuning.js';
import type { UntaggedKind } from '../vnet-kind.js';
import type { AffinitySpec, WantedPower } from '../vsys-spec.js';

export interface VsysDesign {
  readonly descriptor: { readonly name: string; readonly version: string };
  readonly nets: readonly DesignNet[];
  readonly publicIps: readonly DesignPublicIp[];
  /** The firewall first. */
  readonly efms: readonly DesignEfm[];
  readonly servers: readonly DesignServer[];
  readonly disks: readonly DesignDisk[];
}

export interface DesignNet {
  readonly name: string;
  readonly cidr: string;
  /** IPv6 network of prefix 64; absent: none. */
  readonly range6?: string;
  /** Absent: a VLAN. */
  readonly kind?: UntaggedKind;
  /** Absent: what is usual for its kind. */
  readonly mtu?: number;
}

export interface DesignPublicIp {
  readonly name: string;
  /** Of an address that belongs to the VDC; absent: a new one. */
  readonly allocation?: string;
}

export interface DesignNic {
  readonly vnet: string;
  /** Fixed address; `null`: the next free one. */
  readonly address: string | null;
  readonly mtu?: number;
  readonly rateLimitKBps?: number;
}

interface DesignMember {
  readonly name: string;
  readonly power: WantedPower;
  readonly startOrder: number;
  readonly nics: readonly DesignNic[];
}

export interface DesignServer extends DesignMember {
  readonly role: string;
  readonly type: string;
  readonly image: string;
  readonly userData: string;
  /** A secret parameter flowed into it: it is sealed in every spec. */
  readonly userDataIsSecret?: true;
  readonly login?: DesignLogin;
  /** What is given for the first boot also comes on a config drive. */
  readonly configDrive?: true;
  readonly minMemoryMiB?: number;
  readonly headroom?: Headroom;
  readonly tuning?: ServerTuning;
  readonly systemDiskClass?: string;
  readonly affinity?: AffinitySpec;
  readonly ready?: ReadinessSpec;
}

/** The first login of a guest that runs cloud-init or reads its guest data. */
export interface DesignLogin {
  readonly user: string;
  /** Always a secret. */
  readonly password?: string;
  readonly sshKeys: readonly string[];
}

export interface DesignDisk {
  readonly name: string;
  readonly sizeGiB: number;
  readonly server: string | null;
  readonly diskClass?: string;
  readonly priority?: number;
  /** Of the disk's definition in the descriptor. */
  readonly pointer: string;
}

export type DesignEfm = EfmDesign;
