/** Random valid descriptors: up to 4 VNets, 4 roles, a firewall, a load balancer, disks, public IPs, parameters. */
import { fc } from '@fast-check/vitest';
import { descriptorOf } from '../src/spec/parse/parse-descriptor.js';
import type { Descriptor } from '../src/spec/schema/descriptor.schema.js';

const NETS = ['dmz', 'app', 'data', 'backup'] as const;
const ROLES = ['web', 'db', 'queue', 'job-1'] as const;

const role = (nets: readonly string[]) =>
  fc.record(
    {
      type: fc.constantFrom('standard.tiny', 'standard.small', 'standard.large', '${type}'),
      image: fc.constant('debian-13'),
      count: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant('${count}')),
      power: fc.constantFrom('running', 'stopped'),
      startOrder: fc.integer({ min: 0, max: 3 }),
      nics: fc.array(fc.record({ vnet: fc.constantFrom(...nets) }), { minLength: 1, maxLength: 3 }),
      disks: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('a', 'b', 'c'), size: fc.integer({ min: 1, max: 50 }) }),
        { maxLength: 2, selector: ({ name }) => name },
      ),
      userData: fc.string({ unit: fc.constantFrom('x', 'ä', '\n', '"', ':', '#', '$', ' ', '😀') }),
    },
    { requiredKeys: ['type', 'image', 'nics'] },
  );

function efms(nets: readonly string[], roles: readonly string[]) {
  const member = fc.constantFrom(...roles);
  return fc.record(
    {
      fw: fc.record({
        kind: fc.constant('firewall'),
        redundant: fc.boolean(),
        config: fc.record({
          rules: fc.array(
            fc.record({
              from: fc.constant('internet'),
              to: fc.constantFrom(...nets),
              protocol: fc.constantFrom('tcp', 'udp'),
              ports: fc.constant([80, '8000-8010']),
              destinations: fc.array(member, { minLength: 1, maxLength: 2 }),
            }),
            { maxLength: 3 },
          ),
          sourceNat: fc.constant({ publicIp: 'www' }),
        }),
      }),
      vpn: fc.record({
        kind: fc.constant('vpn'),
        redundant: fc.boolean(),
        nics: fc.constant(nets.slice(0, 1).map((vnet) => ({ vnet }))),
        config: fc.constant({
          publicIp: 'www',
          privateKey: WIREGUARD_KEY,
          network: '10.99.0.0/24',
          peers: [
            { name: 'site', publicKey: WIREGUARD_KEY, address: '10.99.0.2', networks: ['10.98.0.0/24'] },
          ],
        }),
      }),
      lb: fc.record({
        kind: fc.constant('load-balancer'),
        redundant: fc.boolean(),
        nics: fc.constant(nets.map((vnet) => ({ vnet }))),
        config: fc.record({
          listeners: fc.array(member, { maxLength: 1 }).map((members) =>
            members.map((name) => ({
              name: 'http',
              protocol: 'http',
              port: 80,
              publicIp: 'www',
              members: [name],
            })),
          ),
        }),
      }),
    },
    { requiredKeys: [] },
  );
}

/** 32 bytes in base64. */
const WIREGUARD_KEY = `${'A'.repeat(43)}=`;

/** Two of them have enough names in common to be taken as a change of one another. */
export const descriptors: fc.Arbitrary<Descriptor> = fc
  .record({
    nets: fc.subarray([...NETS], { minLength: 1 }),
    roles: fc.subarray([...ROLES], { minLength: 1 }),
  })
  .chain(({ nets, roles }) =>
    fc.record({
      apiVersion: fc.constant('openvsys/v1'),
      kind: fc.constant('VsysDescriptor'),
      metadata: fc.constant({ name: 'random', version: '1.0.0' }),
      parameters: fc.constant({
        count: { type: 'integer', default: 2, minimum: 0, maximum: 5 },
        type: { type: 'string', default: 'standard.small' },
      }),
      vnets: fc.constant(
        Object.fromEntries(nets.map((name) => [name, { cidr: `10.${NETS.indexOf(name)}.0.0/24` }])),
      ),
      publicIps: fc
        .subarray(['spare', 'more'])
        .map((names) => Object.fromEntries(['www', ...names].map((name) => [name, {}]))),
      efms: efms(nets, roles),
      vservers: fc.record(Object.fromEntries(roles.map((name) => [name, role(nets)]))),
      vdisks: fc.record({ free: fc.record({ size: fc.constantFrom(3, 3, 3, 4) }) }, { requiredKeys: [] }),
    }),
  )
  .map((document) => descriptorOf(document));
