/** Bodies and queries of changes of servers and their network cards. */
import { DISK_FATES, type DiskFate } from '@openvsys/vsys';
import { Choice, Flag, ListOf, Mapping, Nested, Text, Texts, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';

/** 16 KiB: the bound of user data. */
const MAX_USER_DATA = 16_384;

export class FailureChoice {
  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}

export class NewPartRequest extends FailureChoice {
  @Text({ description: 'The VSYS that it comes into.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({
    description:
      'Name: small letters, digits and “-”, at most 20. Unique among the servers, or disks, or networks of the VSYS.',
    example: 'web',
    minLength: 1,
    maxLength: 64,
  })
  name!: string;
}

export class NicRequest {
  @Text({ description: 'The network it is in.', example: 'DEMO0001-7K2M9QXPA-N-DMZ' })
  vnetId!: string;

  @Text({
    description: 'A fixed address in the network; without it the next free one.',
    example: '10.1.1.10',
    optional: true,
  })
  address?: string;

  @Whole({ description: 'Bytes of the largest packet.', example: 1500, optional: true })
  mtu?: number;

  @Whole({ description: 'Most that the server may send, kB/s.', example: 12_500, optional: true })
  rateLimitKBps?: number;
}

export class CreateNicRequest extends NicRequest {
  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}

export class LoginRequest {
  @Text({ description: 'Account name; `admin` when not given.', example: 'admin', optional: true })
  user?: string;

  @Text({
    description: 'Kept sealed and never shown.',
    example: 'a long pass phrase',
    maxLength: 72,
    optional: true,
  })
  password?: string;

  @Texts({
    description: 'SSH public keys, one a line as in authorized_keys; up to 2 KiB each.',
    example: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZ…'],
    maxItems: 10,
    maxLength: 2_048,
    optional: true,
  })
  sshKeys?: readonly string[];
}

/** What servers are made with and what is changed of them. */
class ServerFieldsRequest extends FailureChoice {
  @Text({
    description: 'Given to the guest as it is, up to 16 KiB.',
    example: '#cloud-config\npackages: [nginx]',
    maxLength: MAX_USER_DATA,
    optional: true,
  })
  userData?: string;

  @Flag({
    description: 'Gives user data, login and network configuration on a cloud-init disk as well.',
    example: true,
    optional: true,
  })
  configDrive?: boolean;

  @Mapping({
    description:
      'How far it can grow without a restart, as descriptors write it: most vCPUs and most memory in MiB.',
    example: { vcpus: 4, memoryMiB: 8192 },
    optional: true,
  })
  headroom?: Record<string, unknown>;

  @Mapping({
    description: 'Processor and memory settings, as descriptors write them.',
    example: { cpuWeight: 512 },
    optional: true,
  })
  tuning?: Record<string, unknown>;

  @Mapping({
    description: 'Beside whom it rather starts, as descriptors write it.',
    example: { apartFrom: ['db'] },
    optional: true,
  })
  affinity?: Record<string, unknown>;

  @Mapping({
    description: 'When it counts as up for those that start after it, as descriptors write it.',
    example: { guestAgent: true, timeout: 300, delay: 10, onTimeout: 'continue' },
    optional: true,
  })
  ready?: Record<string, unknown>;
}

export class FirstLoginRequest extends LoginRequest {
  @Flag({
    description:
      'Makes a password for each server, gives it with a config drive, and shows it once: `POST …/initial-password`. Instead of `password`.',
    example: true,
    optional: true,
  })
  generatePassword?: boolean;
}

export class ServerDiskRequest {
  @Text({ description: 'Name; the disk is named <server>-<name>.', example: 'data', maxLength: 20 })
  name!: string;

  @Whole({ description: 'Size in GiB.', example: 20, minimum: 1, maximum: 2_000 })
  sizeGiB!: number;

  @Text({ description: 'Disk class; `standard` when not given.', example: 'standard', optional: true })
  class?: string;
}

export class CreateVServersRequest extends ServerFieldsRequest {
  @Text({ description: 'The VSYS that they come into.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({
    description:
      'Name, unique among the servers and EFMs of the VSYS: small letters, digits and “-”, at most 20. With a count they are named <name>-1, <name>-2 …',
    example: 'web',
    minLength: 1,
    maxLength: 64,
  })
  name!: string;

  @Whole({
    description: 'How many; without it one, named as it is.',
    example: 3,
    maximum: 200,
    optional: true,
  })
  count?: number;

  @Text({ description: 'Server type.', example: 'standard.small' })
  type!: string;

  @Nested({ description: 'An account for the first login.', optional: true }, () => FirstLoginRequest)
  login?: FirstLoginRequest;

  @Text({ description: 'Image of the system disk.', example: 'debian-13' })
  image!: string;

  @Choice({
    description: 'Whether it starts at once; `running` when not given.',
    example: 'running',
    of: ['running', 'stopped'],
    name: 'FirstPower',
    optional: true,
  })
  power?: 'running' | 'stopped';

  @ListOf({ description: 'Its network cards.', minItems: 1, maxItems: 16 }, () => NicRequest)
  nics!: readonly NicRequest[];

  @ListOf({ description: 'Data disks of each.', maxItems: 15, optional: true }, () => ServerDiskRequest)
  disks?: readonly ServerDiskRequest[];

  @Text({ description: 'Disk class of the system disk.', example: 'standard', optional: true })
  systemDiskClass?: string;

  @Whole({
    description: 'Lower starts first and stops last; equal ones together.',
    example: 0,
    maximum: 1_000,
    optional: true,
  })
  startOrder?: number;

  @Texts({
    description: 'Instead: roles and EFMs that must run before.',
    example: ['db'],
    maxItems: 200,
    optional: true,
  })
  startAfter?: readonly string[];
}

/** What is not given stays; null takes it away, and then it is as in the role. */
export class ChangeVServerRequest extends ServerFieldsRequest {
  @Text({
    description:
      'Another name: small letters, digits and “-”, at most 20. Not of a server of a role with a count.',
    example: 'frontend',
    minLength: 1,
    maxLength: 64,
    optional: true,
  })
  name?: string;

  @Nested({ description: 'An account for the first login.', optional: true }, () => LoginRequest)
  login?: LoginRequest;

  @Text({
    description:
      'Another server type. A running server is stopped and started for it, but for one within its headroom.',
    example: 'standard.medium',
    optional: true,
  })
  type?: string;
}

@MayBeEmpty()
export class RebuildVServerRequest extends FailureChoice {
  @Text({
    description: 'Another image; without it the one that it has.',
    example: 'ubuntu-24.04',
    optional: true,
  })
  image?: string;

  @Text({
    description: 'Other user data; without it what it has.',
    example: '#cloud-config\npackages: [nginx]',
    maxLength: MAX_USER_DATA,
    optional: true,
  })
  userData?: string;

  @Nested(
    { description: 'Another first login; without it what it has.', optional: true },
    () => FirstLoginRequest,
  )
  login?: FirstLoginRequest;
}

export class RescueVServerRequest {
  @Text({ description: 'Image that it boots from, with the tools to mend with.', example: 'debian-13' })
  image!: string;
}

export class DeleteVServerQuery extends DryRunQuery {
  @Choice({
    description: '`keep`: its data disks stay, detached and charged. `delete`: they go with their contents.',
    example: 'keep',
    of: DISK_FATES,
    name: 'DiskFate',
    optional: true,
  })
  disks?: DiskFate;
}
