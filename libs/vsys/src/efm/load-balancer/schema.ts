/** A load balancer as a descriptor writes it. */
import { z } from 'zod';
import { LIMITS } from '../../spec/limits.js';
import {
  CONCRETE,
  TEMPLATE,
  orText,
  orWhole,
  partName,
  port,
  serverName,
  type References,
} from '../../spec/schema/fields.js';
import { nicSchema } from '../../spec/schema/vserver.schema.js';
import { efmFields } from '../common-fields.js';
import { certificateField, privateKeyField } from '../pem-fields.js';

const seconds = (maximum: number) => z.int().min(1).max(maximum);

const healthCheck = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    type: orText(z.enum(['tcp', 'http', 'https']), refs),
    path: orText(z.string().regex(/^\/[!-~]{0,199}$/, 'must be a path like /health'), refs)
      .exactOptional()
      .meta({ default: '/' }),
    host: orText(z.string().regex(/^[A-Za-z0-9.-]{1,253}$/, 'must be a host name'), refs)
      .exactOptional()
      .meta({ description: 'Host header of http and https checks.' }),
    status: orWhole(z.int().min(100).max(599), refs)
      .exactOptional()
      .meta({ description: 'Expected status; without it any of 2xx and 3xx.' }),
    intervalSeconds: orWhole(seconds(300), refs).exactOptional().meta({ default: 5 }),
    timeoutSeconds: orWhole(seconds(60), refs).exactOptional().meta({ default: 3 }),
    rise: orWhole(z.int().min(1).max(20), refs).exactOptional().meta({ default: 2 }),
    fall: orWhole(z.int().min(1).max(20), refs).exactOptional().meta({ default: 3 }),
  });

const timeouts = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    connectSeconds: orWhole(seconds(60), refs).exactOptional().meta({ default: 5 }),
    clientSeconds: orWhole(seconds(86_400), refs).exactOptional().meta({ default: 60 }),
    serverSeconds: orWhole(seconds(86_400), refs).exactOptional().meta({ default: 60 }),
    tunnelSeconds: orWhole(seconds(604_800), refs).exactOptional().meta({
      description: 'Of quiet tcp sessions and web sockets.',
      default: 3600,
    }),
    keepAliveSeconds: orWhole(seconds(3600), refs).exactOptional().meta({ default: 10 }),
  });

const persistence = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      type: orText(z.enum(['cookie', 'source-address']), refs),
      seconds: orWhole(seconds(86_400), refs).exactOptional().meta({
        description: 'How long a quiet source address stays with its member.',
        default: 1800,
      }),
    })
    .meta({ description: 'Requests of one client go to one member while it works.' });

const placeFields = <R extends z.ZodType>(refs: References<R>) => ({
  name: partName,
  protocol: orText(z.enum(['tcp', 'http', 'https']), refs),
  port: orWhole(port, refs),
  vnet: orText(partName, refs)
    .exactOptional()
    .meta({ description: 'Where it listens; without it the first NIC.' }),
  publicIp: orText(partName, refs).exactOptional().meta({
    description: 'Also reached under this public address; a firewall of the VSYS forwards to it.',
  }),
});

const memberFields = <R extends z.ZodType>(refs: References<R>) => ({
  members: z
    .array(orText(serverName, refs))
    .min(1)
    .max(LIMITS.servers)
    .meta({ description: 'Roles or servers.' }),
  memberPort: orWhole(port, refs).exactOptional().meta({ description: 'Without it: the same port.' }),
  memberProtocol: orText(z.enum(['plain', 'tls']), refs)
    .exactOptional()
    .meta({ description: 'tls: encrypted again on the way to the members.', default: 'plain' }),
  memberWeights: z
    .record(serverName, orWhole(z.int().min(0).max(256), refs))
    .exactOptional()
    .meta({ description: 'Share of a member, 100 without it; 0: only what persists.' }),
  memberStates: z
    .record(serverName, orText(z.enum(['ready', 'drain', 'maintenance']), refs))
    .exactOptional()
    .meta({ description: 'drain: nothing new but what persists; maintenance: nothing at all.' }),
  balance: orText(z.enum(['round-robin', 'least-connections', 'source-address']), refs)
    .exactOptional()
    .meta({ default: 'round-robin' }),
  persistence: persistence(refs).exactOptional(),
});

const protocolFields = <R extends z.ZodType>(refs: References<R>) => ({
  certificates: z.array(orText(partName, refs)).min(1).max(50).exactOptional().meta({
    description: 'Of an https listener; chosen by the server name (SNI), else the first.',
  }),
  clientCertificates: z
    .strictObject({
      authority: orText(partName, refs),
      required: orWhole(z.boolean(), refs).exactOptional().meta({ default: true }),
    })
    .exactOptional()
    .meta({ description: 'Clients of an https listener show a certificate of this authority.' }),
  proxyProtocol: z
    .strictObject({
      accept: orWhole(z.boolean(), refs).exactOptional().meta({ default: false }),
      send: orWhole(z.boolean(), refs).exactOptional().meta({ default: false }),
    })
    .exactOptional()
    .meta({ description: 'Who the client is, told by what is in front and to the members.' }),
  errorPage: orText(z.string().max(LIMITS.errorPageBytes), refs)
    .exactOptional()
    .meta({ description: 'HTML shown when no member answers.' }),
  timeouts: timeouts(refs).exactOptional(),
  maxConnections: orWhole(z.int().min(1).max(100_000), refs).exactOptional().meta({ default: 10_000 }),
  healthCheck: healthCheck(refs)
    .exactOptional()
    .meta({ description: 'Without it: a TCP connection every 5 s.' }),
});

const listenerSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({ ...placeFields(refs), ...memberFields(refs), ...protocolFields(refs) })
    .meta({ title: 'Listener' });

const configSchema = <R extends z.ZodType>(refs: References<R>) =>
  z.strictObject({
    listeners: z.array(listenerSchema(refs)).max(LIMITS.listeners),
    certificates: z
      .record(
        partName,
        z.strictObject({
          certificate: certificateField(refs).meta({ description: 'PEM, followed by its chain.' }),
          privateKey: privateKeyField(refs).meta({ description: 'PEM; give it by a secret parameter.' }),
        }),
      )
      .exactOptional()
      .meta({ description: 'Certificates of https listeners by name.' }),
    authorities: z
      .record(partName, z.strictObject({ certificates: certificateField(refs) }))
      .exactOptional()
      .meta({ description: 'Authorities that client certificates are checked against, by name.' }),
  });

const schema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      kind: z.literal('load-balancer'),
      ...efmFields(refs),
      nics: z.array(nicSchema(refs)).min(1).max(LIMITS.nicsPerServer),
      config: configSchema(refs),
    })
    .meta({ title: 'Load balancer' });

export const loadBalancerTemplate = schema(TEMPLATE);
export const loadBalancerConcrete = schema(CONCRETE);
export type LoadBalancerTemplate = z.infer<typeof loadBalancerTemplate>;
export type LoadBalancerConcrete = z.infer<typeof loadBalancerConcrete>;
