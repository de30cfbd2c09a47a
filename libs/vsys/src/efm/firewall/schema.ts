/** A firewall as a descriptor writes it. What the rules mean for the appliance is decided in libs/efm. */
import { z } from 'zod';
import { LIMITS } from '../../spec/limits.js';
import {
  CONCRETE,
  TEMPLATE,
  cidr,
  description,
  ipv4,
  orText,
  orWhole,
  partName,
  port,
  serverName,
  type References,
} from '../../spec/schema/fields.js';
import { efmFields } from '../common-fields.js';

const portRange = z.string().regex(/^[0-9]{1,5}-[0-9]{1,5}$/, 'must be a port or a range like 8000-8100');
const ports = <R extends z.ZodType>(refs: References<R>) =>
  z
    .array(z.union([port, portRange, refs.text]))
    .min(1)
    .max(50);
const peers = <R extends z.ZodType>(refs: References<R>) =>
  z
    .array(z.union([serverName, cidr, refs.text]))
    .min(1)
    .max(50);

const rateLimit = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    perSecond: orWhole(z.int().min(1).max(1_000_000), refs),
    burst: orWhole(z.int().min(1).max(1_000_000), refs).exactOptional().meta({
      description: 'New connections at once beyond the rate; without it: as many as the rate.',
    }),
  });

const ruleSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      name: partName.exactOptional().meta({
        description: 'Keeps its counter when the rule changes; without it a change starts at zero.',
      }),
      description: description.exactOptional(),
      from: orText(partName, refs).meta({ description: 'Zone: a VNet or “internet”.' }),
      to: orText(partName, refs).meta({ description: 'Zone: a VNet or “internet”.' }),
      protocol: orText(z.enum(['tcp', 'udp', 'icmp', 'any']), refs),
      ports: ports(refs)
        .exactOptional()
        .meta({ description: 'Destination ports, for tcp and udp.', examples: [[80, 443]] }),
      sourcePorts: ports(refs)
        .exactOptional()
        .meta({
          description: 'Ports that the connection comes from, for tcp and udp; without it all.',
          examples: [['1024-65535']],
        }),
      sources: peers(refs)
        .exactOptional()
        .meta({ description: 'Networks, roles, servers or EFMs; without it all of the zone.' }),
      destinations: peers(refs).exactOptional().meta({
        description: 'Networks, roles, servers or EFMs; without it all of the zone.',
      }),
      action: orText(z.enum(['accept', 'deny']), refs)
        .exactOptional()
        .meta({ default: 'accept' }),
      rateLimit: rateLimit(refs).exactOptional().meta({
        description: 'Of an accept rule: new connections beyond it are denied.',
      }),
      log: orWhole(z.boolean(), refs).exactOptional().meta({ default: false }),
    })
    .meta({
      title: 'Firewall rule',
      description: 'The first rule that fits decides; what fits none is denied.',
    });

const sourceNat = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      publicIp: orText(partName, refs),
      vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nets).exactOptional().meta({
        description: 'Without it: all VNets of the firewall.',
      }),
    })
    .meta({ description: 'Servers reach the internet behind this address.' });

const portForward = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    publicIp: orText(partName, refs),
    protocol: orText(z.enum(['tcp', 'udp']), refs)
      .exactOptional()
      .meta({ default: 'tcp' }),
    port: orWhole(port, refs),
    server: orText(serverName, refs).meta({ description: 'A server or EFM.' }),
    toPort: orWhole(port, refs).exactOptional().meta({ description: 'Without it: the same port.' }),
  });

const staticNat = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      publicIp: orText(partName, refs),
      server: orText(serverName, refs).meta({ description: 'A server or EFM.' }),
    })
    .meta({ description: 'One public address for one server, in both directions and on all ports.' });

const domain = z
  .string()
  .regex(/^(?=.{1,100}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/, {
    error: 'must be a domain name like shop.internal',
  });

const dns = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      domain: orText(domain, refs).exactOptional().meta({ default: 'vsys.internal' }),
      forwarders: z.array(orText(ipv4, refs)).min(1).max(8).exactOptional().meta({
        description: 'Name servers for all other names; without it those that the appliance was given.',
      }),
      records: z
        .array(z.strictObject({ name: partName, address: orText(ipv4, refs) }))
        .max(LIMITS.dnsRecords)
        .exactOptional(),
    })
    .meta({ description: 'Servers find each other by name; other names are asked outside.' });

const dhcp = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nets).exactOptional().meta({
        description: 'Without it: all VNets of the firewall.',
      }),
      leaseSeconds: orWhole(z.int().min(120).max(604_800), refs).exactOptional().meta({ default: 3600 }),
    })
    .meta({ description: 'Gives the servers the addresses that are theirs.' });

const configSchema = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    rules: z.array(ruleSchema(refs)).max(LIMITS.firewallRules).exactOptional(),
    logDenied: orWhole(z.boolean(), refs).exactOptional().meta({
      description: 'Log what no rule accepts.',
      default: true,
    }),
    sourceNat: sourceNat(refs).exactOptional(),
    staticNat: z.array(staticNat(refs)).max(LIMITS.publicIps).exactOptional(),
    portForwards: z.array(portForward(refs)).max(LIMITS.portForwards).exactOptional(),
    dns: dns(refs).exactOptional(),
    dhcp: dhcp(refs).exactOptional(),
    connections: z
      .array(partName)
      .max(LIMITS.connections)
      .exactOptional()
      .meta({
        description:
          'Zones for VNets of other systems. Rules may name them; a connection of that name gives one a network behind it.',
        examples: [['billing']],
      }),
  });

const schema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      kind: z.literal('firewall'),
      ...efmFields(refs),
      vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nicsPerServer).exactOptional().meta({
        description: 'VNets it is the gateway of, with their first address; without it: all.',
      }),
      config: configSchema(refs).exactOptional(),
    })
    .meta({ title: 'Firewall' });

export const firewallTemplate = schema(TEMPLATE);
export const firewallConcrete = schema(CONCRETE);
export type FirewallTemplate = z.infer<typeof firewallTemplate>;
export type FirewallConcrete = z.infer<typeof firewallConcrete>;
