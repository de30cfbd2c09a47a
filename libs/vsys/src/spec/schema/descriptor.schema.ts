/** The whole VSYS Descriptor. `descriptors/schema.json` is generated from it. */
import { z } from 'zod';
import { efmConcrete, efmTemplate } from '../../efm/registry.js';
import {
  allocationId,
  range6,
  CONCRETE,
  TEMPLATE,
  rangeWish,
  description,
  diskName,
  mtu,
  orText,
  orWhole,
  parameterName,
  partName,
  type References,
} from './fields.js';
import { VNET_KINDS } from '../vnet-kind.js';
import { parameterSchema } from './parameters.schema.js';
import { vdiskSchema, vserverSchema } from './vserver.schema.js';

export const API_VERSION = 'openvsys/v1';
export const DESCRIPTOR_KIND = 'VsysDescriptor';

const metadata = z.strictObject({
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$/,
      'must be 1–64 letters, digits, blanks, “.”, “_” or “-”',
    ),
  version: z
    .string()
    .regex(
      /^(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){2}(?:-[0-9A-Za-z.-]{1,40})?$/,
      'must be a semantic version like 1.0.0 (three numbers)',
    )
    .meta({ description: 'A stored version never changes.', examples: ['1.0.0'] }),
  title: z.string().max(100).exactOptional(),
  description: description.exactOptional(),
});

const vnetSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      description: description.exactOptional(),
      cidr: orText(rangeWish, refs).meta({
        description:
          'Prefix 16 to 29; the first address is the gateway. `auto` or `auto/26`: the next free range of the address space of the VDC.',
        examples: ['10.0.1.0/24', 'auto'],
      }),
      range6: orText(range6, refs)
        .exactOptional()
        .meta({
          description:
            'IPv6 network of prefix 64, unique local or global, beside the IPv4 range: servers get addresses in it. It ends at the VNet: firewalls pass IPv4 only.',
          examples: ['fd12:3456:789a:1::/64'],
        }),
      kind: orWhole(z.enum(VNET_KINDS), refs).exactOptional().meta({
        description:
          'vlan: servers on any host. private: nothing leaves one host, so all servers of it run there together. tunnel: servers on any host without a VLAN, on pools that can.',
        default: 'vlan',
      }),
      mtu: orWhole(mtu, refs).exactOptional().meta({
        description: 'Bytes of the largest packet, also of NICs that say nothing else.',
        default: '1500, of tunnels 1450',
      }),
    })
    .meta({ title: 'VNet' });

const publicIpSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      description: description.exactOptional(),
      allocation: orText(allocationId, refs)
        .exactOptional()
        .meta({
          description:
            'Id of an address that was allocated to the VDC; without it a new one that goes with the system.',
          examples: ['019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'],
        }),
    })
    .meta({ title: 'Public IP' });

const descriptorSchema = <R extends z.ZodType, E extends z.ZodType>(refs: References<R>, efm: E) =>
  z
    .strictObject({
      apiVersion: z.literal(API_VERSION),
      kind: z.literal(DESCRIPTOR_KIND),
      metadata,
      parameters: z.record(parameterName, parameterSchema).exactOptional().meta({
        description: 'Used as ${name} in values below.',
      }),
      vnets: z.record(partName, vnetSchema(refs)).meta({ description: 'Network segments by name.' }),
      publicIps: z.record(partName, publicIpSchema(refs)).exactOptional().meta({
        description: 'Public addresses by name.',
      }),
      efms: z.record(partName, efm).exactOptional().meta({
        description: 'Firewalls, load balancers and VPNs by name.',
      }),
      vservers: z.record(partName, vserverSchema(refs)).meta({ description: 'Servers by role.' }),
      vdisks: z.record(diskName, vdiskSchema(refs)).exactOptional().meta({
        description: 'Data disks of their own, by name.',
      }),
    })
    .meta({ title: 'VSYS Descriptor', description: 'Blueprint of a virtual system.' });

export const templateSchema = descriptorSchema(TEMPLATE, efmTemplate);
export const concreteSchema = descriptorSchema(CONCRETE, efmConcrete);

/** As written: values may be or hold `${parameter}`. */
export type Descriptor = z.infer<typeof templateSchema>;
/** With all parameters filled in. Assignable to Descriptor. */
export type ConcreteDescriptor = z.infer<typeof concreteSchema>;
