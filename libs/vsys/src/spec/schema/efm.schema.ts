/** Extended Function Modules and their rules. What a rule means for the appliance is decided in libs/efm. */
import { z } from 'zod';
import { LIMITS } from '../limits.js';
import {
  cidr,
  description,
  orText,
  orWhole,
  partName,
  port,
  productName,
  serverName,
  type References,
} from './fields.js';
import { nicSchema, startFields } from './vserver.schema.js';

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

const ruleSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      description: description.exactOptional(),
      from: orText(partName, refs).meta({ description: 'Zone: a VNet or “internet”.' }),
      to: orText(partName, refs).meta({ description: 'Zone: a VNet or “internet”.' }),
      protocol: orText(z.enum(['tcp', 'udp', 'icmp', 'any']), refs),
      ports: ports(refs)
        .exactOptional()
        .meta({ description: 'Destination ports, for tcp and udp.', examples: [[80, 443]] }),
      sources: peers(refs)
        .exactOptional()
        .meta({ description: 'Networks, roles, servers or EFMs; without it all of the zone.' }),
      destinations: peers(refs).exactOptional().meta({
        description: 'Networks, roles, servers or EFMs; without it all of the zone.',
      }),
      action: orText(z.enum(['accept', 'deny']), refs)
        .exactOptional()
        .meta({ default: 'accept' }),
      log: orWhole(z.boolean(), refs).exactOptional().meta({ default: false }),
    })
    .meta({
      title: 'Firewall rule',
      description: 'The first rule that fits decides; what fits none is denied.',
    });

const firewallConfig = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    rules: z.array(ruleSchema(refs)).max(LIMITS.firewallRules).exactOptional(),
    logDenied: orWhole(z.boolean(), refs).exactOptional().meta({
      description: 'Log what no rule accepts.',
      default: true,
    }),
    sourceNat: z
      .strictObject({
        publicIp: orText(partName, refs),
        vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nets).exactOptional().meta({
          description: 'Without it: all VNets of the firewall.',
        }),
      })
      .exactOptional()
      .meta({ description: 'Servers reach the internet behind this address.' }),
    portForwards: z
      .array(
        z.strictObject({
          publicIp: orText(partName, refs),
          protocol: orText(z.enum(['tcp', 'udp']), refs)
            .exactOptional()
            .meta({ default: 'tcp' }),
          port: orWhole(port, refs),
          server: orText(serverName, refs).meta({ description: 'A server or EFM.' }),
          toPort: orWhole(port, refs).exactOptional().meta({ description: 'Without it: the same port.' }),
        }),
      )
      .max(LIMITS.portForwards)
      .exactOptional(),
  });

const healthCheck = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    type: orText(z.enum(['tcp', 'http']), refs),
    path: orText(z.string().regex(/^\/[!-~]{0,199}$/, 'must be a path like /health'), refs)
      .exactOptional()
      .meta({ default: '/' }),
    intervalSeconds: orWhole(z.int().min(1).max(300), refs).exactOptional().meta({ default: 5 }),
    timeoutSeconds: orWhole(z.int().min(1).max(60), refs).exactOptional().meta({ default: 3 }),
    rise: orWhole(z.int().min(1).max(20), refs).exactOptional().meta({ default: 2 }),
    fall: orWhole(z.int().min(1).max(20), refs).exactOptional().meta({ default: 3 }),
  });

const listenerSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      name: partName,
      protocol: orText(z.enum(['tcp', 'http']), refs),
      port: orWhole(port, refs),
      vnet: orText(partName, refs)
        .exactOptional()
        .meta({ description: 'Where it listens; without it the first NIC.' }),
      publicIp: orText(partName, refs).exactOptional().meta({
        description: 'Also reached under this public address; a firewall of the VSYS forwards to it.',
      }),
      members: z
        .array(orText(serverName, refs))
        .min(1)
        .max(LIMITS.servers)
        .meta({ description: 'Roles or servers.' }),
      memberPort: orWhole(port, refs).exactOptional().meta({ description: 'Without it: the same port.' }),
      balance: orText(z.enum(['round-robin', 'least-connections', 'source-address']), refs)
        .exactOptional()
        .meta({ default: 'round-robin' }),
      maxConnections: orWhole(z.int().min(1).max(100_000), refs).exactOptional().meta({ default: 10_000 }),
      healthCheck: healthCheck(refs)
        .exactOptional()
        .meta({ description: 'Without it: a TCP connection every 5 s.' }),
    })
    .meta({ title: 'Listener' });

const common = <R extends z.ZodType>(refs: References<R>) => ({
  description: description.exactOptional(),
  type: orText(productName, refs)
    .exactOptional()
    .meta({
      description: 'ServerType of the appliance.',
      examples: ['efm.small', 'efm.large'],
    }),
  ...startFields(refs),
});

export const efmSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .discriminatedUnion('kind', [
      z
        .strictObject({
          kind: z.literal('firewall'),
          ...common(refs),
          vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nicsPerServer).exactOptional().meta({
            description: 'VNets it is the gateway of, with their first address; without it: all.',
          }),
          config: firewallConfig(refs).exactOptional(),
        })
        .meta({ title: 'Firewall' }),
      z
        .strictObject({
          kind: z.literal('load-balancer'),
          ...common(refs),
          nics: z.array(nicSchema(refs)).min(1).max(LIMITS.nicsPerServer),
          config: z.strictObject({ listeners: z.array(listenerSchema(refs)).max(LIMITS.listeners) }),
        })
        .meta({ title: 'Load balancer' }),
    ])
    .meta({ title: 'EFM' });
