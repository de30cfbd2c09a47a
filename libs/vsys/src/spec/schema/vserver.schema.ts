/** VServers, their NICs and disks, and free VDisks. */
import { z } from 'zod';
import { LIMITS } from '../limits.js';
import {
  description,
  imageName,
  ipv4,
  mtu,
  orText,
  orWhole,
  partName,
  productName,
  serverName,
  type References,
} from './fields.js';
import { WANTED_POWERS } from '../vsys-spec.js';
import { readinessSchema } from './readiness.schema.js';
import { headroomSchema, tuningSchema } from './tuning.schema.js';

/** What an appliance may be; servers may rest as well. */
export const powerSchema = z.enum(['running', 'stopped']);
const serverPower = z.enum(WANTED_POWERS);
const startOrder = z.int().min(0).max(LIMITS.startOrder);
/** Below 8 kB/s not even a login works; 12.5 GB/s is 100 Gbit/s. */
const rateLimit = z.int().min(8).max(12_500_000);
const size = z.int().min(1).max(LIMITS.diskGiB);
/** As ionice(1) numbers them. */
const LOWEST_PRIORITY = 7;

/** As useradd(8) recommends. */
const USER_PATTERN = /^[a-z_][a-z0-9_-]{0,31}$/;
/** One line: type, base64 key, comment (RFC 4253, OpenSSH authorized_keys without options). */
const SSH_KEY_PATTERN =
  /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+=*(?: [^\r\n]*)?$/;

/** Provider's names, e.g. `standard`, `fast`; a storage's kind where it has none. */
const diskClass = <R extends z.ZodType>(refs: References<R>) =>
  orText(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be 1–31 characters a-z, 0-9 and “-”, starting with a letter'),
    refs,
  ).meta({
    description: 'Disk class that the zone offers; it decides the storage and the price.',
    default: 'standard',
  });

const priority = <R extends z.ZodType>(refs: References<R>) =>
  orWhole(z.int().min(0).max(LOWEST_PRIORITY), refs).meta({
    description:
      'Among those who wait for the storage: 0 comes first, 7 last. On storage that honours it; takes effect when the disk is attached or its server boots.',
  });

const roleNames = <R extends z.ZodType>(refs: References<R>) =>
  z.array(orText(partName, refs)).min(1).max(LIMITS.servers);

const affinitySchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      apartFrom: roleNames(refs)
        .exactOptional()
        .meta({
          description: 'Roles and EFMs on whose hosts it rather does not start.',
          examples: [['db']],
        }),
      nearTo: roleNames(refs)
        .exactOptional()
        .meta({ description: 'Roles and EFMs on whose hosts it rather starts.', examples: [['cache']] }),
    })
    .meta({
      title: 'Affinity',
      description:
        'Looked at whenever the server starts; a wish, never a reason not to start. Servers of one role are kept apart in any case.',
    });

export const nicSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      vnet: orText(partName, refs).meta({ description: 'Name of a VNet of this descriptor.' }),
      address: orText(ipv4, refs).exactOptional().meta({
        description: 'A fixed address inside the VNet; without it the next free one is given.',
      }),
      mtu: orWhole(mtu, refs).exactOptional().meta({
        description: 'Bytes of the largest packet, for example for tunnels.',
        default: 1500,
      }),
      rateLimitKBps: orWhole(rateLimit, refs).exactOptional().meta({
        description: 'Most that the server may send, kB/s.',
      }),
    })
    .meta({ title: 'NIC' });

/** Shared by servers and EFM appliances. */
export const startFields = <R extends z.ZodType>(refs: References<R>) => ({
  power: orText(powerSchema, refs).exactOptional().meta({ default: 'running' }),
  startOrder: orWhole(startOrder, refs).exactOptional().meta({
    description: 'Lower starts first and stops last; equal ones together.',
    default: 0,
  }),
  startAfter: z
    .array(orText(partName, refs))
    .max(LIMITS.servers)
    .exactOptional()
    .meta({
      description: 'Instead of startOrder: roles and EFMs that must run before.',
      examples: [['db']],
    }),
});

/** What a server is given for its first boot. */
const firstBootFields = <R extends z.ZodType>(refs: References<R>) => ({
  userData: z.string().max(LIMITS.userDataBytes).exactOptional().meta({
    description: 'Given to the guest as it is, up to 16 KiB. Write $${ for a literal ${.',
  }),
  login: loginSchema(refs).exactOptional().meta({
    description:
      'An account for the first login: guest data `openvsys/login/…`, and cloud-init when there is a config drive.',
  }),
  configDrive: z.boolean().exactOptional().meta({
    description:
      'Gives user data, login, host name and network configuration on a disk with the label cidata (cloud-init NoCloud) as well. It is removed once the guest has read it.',
    default: false,
  }),
});

const roleDiskSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      name: partName,
      size: orWhole(size, refs).meta({ description: 'GiB.' }),
      class: diskClass(refs).exactOptional(),
      priority: priority(refs).exactOptional(),
    })
    .meta({ title: 'Data disk of each server of the role' });

const typeField = <R extends z.ZodType>(refs: References<R>) =>
  orText(productName, refs).meta({
    description: 'ServerType.',
    examples: ['standard.small', 'standard.medium', 'standard.large'],
  });

const imageField = <R extends z.ZodType>(refs: References<R>) =>
  orText(imageName, refs).meta({
    description: 'DiskImage: its name, or its name, “:” and a version.',
    examples: ['debian-13', 'ubuntu-24.04', 'windows-2025'],
  });

const nicsField = <R extends z.ZodType>(refs: References<R>) =>
  z.array(nicSchema(refs)).min(1).max(LIMITS.nicsPerServer);

/** What may be left out, of a role and of one server of it. */
const optionalFields = <R extends z.ZodType>(refs: References<R>) => ({
  power: orText(serverPower, refs).exactOptional().meta({
    description: 'paused keeps the memory on the host, suspended writes it to storage.',
    default: 'running',
  }),
  headroom: headroomSchema(refs).exactOptional(),
  tuning: tuningSchema(refs).exactOptional(),
  systemDiskClass: diskClass(refs).exactOptional(),
  affinity: affinitySchema(refs).exactOptional(),
  ready: readinessSchema(refs).exactOptional(),
  disks: z.array(roleDiskSchema(refs)).max(LIMITS.disksPerServer).exactOptional(),
  ...firstBootFields(refs),
});

/** One server of a role with a count. */
const singleServerSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      removed: z.literal(true).exactOptional().meta({ description: 'This one is not wanted.' }),
      type: typeField(refs).exactOptional(),
      image: imageField(refs).exactOptional(),
      nics: nicsField(refs).exactOptional(),
      ...optionalFields(refs),
    })
    .meta({ title: 'Server of a role' });

export const vserverSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      description: description.exactOptional(),
      type: typeField(refs),
      image: imageField(refs),
      count: orWhole(z.int().min(0).max(LIMITS.servers), refs).exactOptional().meta({
        description:
          'How many servers of this role: <role>-1, <role>-2 … Without it there is one, named like the role.',
      }),
      servers: z
        .record(serverName, singleServerSchema(refs))
        .exactOptional()
        .meta({
          description:
            'What single servers of a role with a count have differently, by name. What they do not say is as in the role.',
          examples: [{ 'web-2': { type: 'standard.large' } }],
        }),
      ...startFields(refs),
      nics: nicsField(refs),
      ...optionalFields(refs),
    })
    .meta({ title: 'VServer role' });

const loginSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      user: orText(z.string().regex(USER_PATTERN, 'must be a Linux account name'), refs)
        .exactOptional()
        .meta({ default: 'admin' }),
      password: orText(z.string().min(8).max(LIMITS.passwordLength), refs)
        .exactOptional()
        .meta({
          description: 'Kept sealed and never shown. Use a secret parameter.',
          examples: ['${adminPassword}'],
        }),
      sshKeys: z
        .array(
          orText(
            z.string().max(LIMITS.guestValueBytes).regex(SSH_KEY_PATTERN, 'must be an SSH public key'),
            refs,
          ),
        )
        .max(LIMITS.sshKeys)
        .exactOptional()
        .meta({ examples: [['ssh-ed25519 AAAA… admin@example.com']] }),
    })
    .meta({ title: 'First login' });

export const vdiskSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      description: description.exactOptional(),
      size: orWhole(size, refs).meta({ description: 'GiB.' }),
      class: diskClass(refs).exactOptional(),
      priority: priority(refs).exactOptional(),
      server: orText(serverName, refs).exactOptional().meta({
        description: 'The server that it is attached to; without it the disk is kept detached.',
      }),
    })
    .meta({ title: 'VDisk' });
