/** EFM inputs for tests. */
import { fc } from '@fast-check/vitest';
import type {
  FirewallInput,
  FirewallRuleInput,
  ListenerInput,
  LoadBalancerInput,
  ModuleInterface,
} from '@openvsys/vsys';

export const INTERFACES: readonly ModuleInterface[] = [
  { zone: 'dmz', device: 0, mac: '02:00:00:00:00:01', address: '10.0.1.1', cidr: '10.0.1.0/24' },
  { zone: 'app', device: 1, mac: '02:00:00:00:00:02', address: '10.0.2.1', cidr: '10.0.2.0/24' },
];

export const rule = (changes: Partial<FirewallRuleInput> = {}): FirewallRuleInput => ({
  from: 'internet',
  to: 'dmz',
  protocol: 'tcp',
  ports: [{ first: 80, last: 80 }],
  sources: null,
  destinations: null,
  action: 'accept',
  log: false,
  ...changes,
});

export const firewall = (changes: Partial<FirewallInput> = {}): FirewallInput => ({
  kind: 'firewall',
  name: 'fw',
  interfaces: INTERFACES,
  rules: [rule()],
  logDenied: true,
  sourceNat: { publicAddress: '203.0.113.1', networks: ['10.0.2.0/24'] },
  portForwards: [
    {
      origin: '/config/portForwards/0',
      publicAddress: '203.0.113.1',
      protocol: 'tcp',
      port: 80,
      toAddress: '10.0.1.2',
      toPort: 8080,
    },
  ],
  ...changes,
});

export const listener = (changes: Partial<ListenerInput> = {}): ListenerInput => ({
  name: 'http',
  protocol: 'http',
  port: 80,
  memberPort: 8080,
  balance: 'round-robin',
  maxConnections: 1000,
  addresses: ['10.0.1.2'],
  members: [
    { name: 'web-1', address: '10.0.2.3' },
    { name: 'web-2', address: '10.0.2.4' },
  ],
  healthCheck: { type: 'http', path: '/health', intervalSeconds: 5, timeoutSeconds: 3, rise: 2, fall: 3 },
  ...changes,
});

export const loadBalancer = (listeners: readonly ListenerInput[] = [listener()]): LoadBalancerInput => ({
  kind: 'load-balancer',
  name: 'lb',
  interfaces: INTERFACES,
  listeners,
});

const port = fc.integer({ min: 1, max: 65_535 });
const ports = fc.array(
  fc.tuple(port, port).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
  { maxLength: 4 },
);
const peer = fc
  .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]) => (prefix === 32 ? address : `${address}/${prefix}`));
const peers = fc.option(fc.array(peer, { maxLength: 5 }));
const zones = fc.constantFrom(['internet', 'dmz'], ['dmz', 'app'], ['app', 'internet']);

const rules = fc
  .record({
    zones,
    protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'any'),
    ports,
    sources: peers,
    destinations: peers,
    action: fc.constantFrom('accept', 'deny'),
    log: fc.boolean(),
  })
  .map(({ zones: [from = '', to = ''], protocol, ...rest }): FirewallRuleInput => ({
    ...rest,
    from,
    to,
    protocol,
    ports: protocol === 'tcp' || protocol === 'udp' ? rest.ports : [],
  }));

/** Valid ones with everything that a rule can say. */
export const firewalls = fc
  .record({ rules: fc.array(rules, { maxLength: 20 }), logDenied: fc.boolean() })
  .map((parts) => firewall(parts));

export const loadBalancers = fc
  .array(
    fc.record({
      protocol: fc.constantFrom('tcp', 'http'),
      balance: fc.constantFrom('round-robin', 'least-connections', 'source-address'),
      checkType: fc.constantFrom('tcp', 'http'),
      memberCount: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 6 },
  )
  .map((listeners) =>
    loadBalancer(
      listeners.map(({ protocol, balance, checkType, memberCount }, index) =>
        listener({
          name: `l${index}`,
          port: 1000 + index,
          protocol,
          balance,
          members: Array.from({ length: memberCount }, (_, n) => ({
            name: `web-${n + 1}`,
            address: `10.0.2.${n + 3}`,
          })),
          healthCheck: {
            ...listener().healthCheck,
            type: checkType,
            path: checkType === 'http' ? '/health?x=1&y=#' : '/',
          },
        }),
      ),
    ),
  );
