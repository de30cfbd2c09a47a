/** EFM inputs for tests. */
import { readFileSync } from 'node:fs';
import { fc } from '@fast-check/vitest';
import type {
  FirewallInput,
  FirewallRuleInput,
  ListenerInput,
  LoadBalancerInput,
  ModuleInterface,
  PairInput,
  UplinkInput,
  VpnInput,
} from '@openvsys/vsys';

export const INTERFACES: readonly ModuleInterface[] = [
  {
    zone: 'dmz',
    device: 0,
    mac: '02:00:00:00:00:01',
    address: '10.0.1.1',
    cidr: '10.0.1.0/24',
    virtualAddress: null,
  },
  {
    zone: 'app',
    device: 1,
    mac: '02:00:00:00:00:02',
    address: '10.0.2.1',
    cidr: '10.0.2.0/24',
    virtualAddress: null,
  },
];
export const UPLINK: UplinkInput = {
  device: 2,
  mac: '02:00:00:00:00:03',
  address: '100.64.0.7',
  cidr: '100.64.0.0/16',
  gateway: '100.64.0.1',
  publicAddresses: ['203.0.113.1', '203.0.113.2'],
};
const PAIR: PairInput = { member: 1, zone: 'dmz', peerAddress: '10.0.1.3', routerId: 1 };
const base = { interfaces: INTERFACES, uplink: UPLINK, pair: null, secrets: {} } as const;

/** The same EFM as the first of a pair: its addresses are shared ones now. */
export const paired = <Input extends FirewallInput | LoadBalancerInput | VpnInput>(input: Input): Input => ({
  ...input,
  pair: PAIR,
  interfaces: input.interfaces.map((nic) => ({
    ...nic,
    virtualAddress: nic.address,
    address: nic.address.replace(/[0-9]+$/, '2'),
  })),
});

export const rule = (changes: Partial<FirewallRuleInput> = {}): FirewallRuleInput => ({
  id: 'r-web',
  from: 'internet',
  to: 'dmz',
  protocol: 'tcp',
  ports: [{ first: 80, last: 80 }],
  sources: null,
  destinations: null,
  action: 'accept',
  rateLimit: null,
  log: false,
  ...changes,
});

export const firewall = (changes: Partial<FirewallInput> = {}): FirewallInput => ({
  kind: 'firewall',
  name: 'fw',
  ...base,
  rules: [rule()],
  logDenied: true,
  sourceNat: { publicAddress: '203.0.113.1', networks: ['10.0.2.0/24'] },
  staticNat: [],
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
  routes: [],
  dns: null,
  dhcp: null,
  ...changes,
});

export const listener = (changes: Partial<ListenerInput> = {}): ListenerInput => ({
  name: 'http',
  protocol: 'http',
  port: 80,
  memberPort: 8080,
  memberProtocol: 'plain',
  balance: 'round-robin',
  persistence: null,
  certificates: [],
  clientCertificates: null,
  proxyProtocol: { accept: false, send: false },
  errorPage: null,
  timeouts: {
    connectSeconds: 5,
    clientSeconds: 60,
    serverSeconds: 60,
    tunnelSeconds: 3600,
    keepAliveSeconds: 10,
  },
  maxConnections: 1000,
  addresses: ['10.0.1.2'],
  members: [
    { name: 'web-1', address: '10.0.2.3', weight: 100, state: 'ready' },
    { name: 'web-2', address: '10.0.2.4', weight: 100, state: 'ready' },
  ],
  healthCheck: {
    type: 'http',
    path: '/health',
    host: null,
    status: null,
    intervalSeconds: 5,
    timeoutSeconds: 3,
    rise: 2,
    fall: 3,
  },
  ...changes,
});

export const loadBalancer = (
  listeners: readonly ListenerInput[] = [listener()],
  changes: Partial<LoadBalancerInput> = {},
): LoadBalancerInput => ({
  kind: 'load-balancer',
  name: 'lb',
  ...base,
  listeners,
  certificates: [],
  authorities: [],
  ...changes,
});

const pem = (name: string): string =>
  readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
/** Two certificates with their keys, and an authority; valid until the year 2126, made for these tests alone. */
export const TLS = {
  certificates: ['www', 'shop'].map((name) => ({ name, certificate: pem(name) })),
  authorities: [{ name: 'people', certificates: pem('people') }],
  keys: { www: pem('www-key'), shop: pem('shop-key') },
  secrets: Object.fromEntries(
    ['www', 'shop'].map((name) => [`certificates/${name}.pem`, `${pem(name)}${pem(`${name}-key`)}`]),
  ),
};
export const oldCertificate = (): string => pem('old');

/** RFC 7748, section 6.1: Alice's private key, and both public keys. */
export const KEYS = {
  private: 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=',
  own: 'hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=',
  peer: '3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=',
  other: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=',
} as const;

export const vpn = (changes: Partial<VpnInput> = {}): VpnInput => ({
  kind: 'vpn',
  name: 'vpn',
  ...base,
  secrets: { 'wireguard/private.key': `${KEYS.private}\n`, 'wireguard/site.psk': `${KEYS.other}\n` },
  port: 51_820,
  network: '10.99.0.0/24',
  reachable: ['10.0.1.0/24', '10.0.3.0/24'],
  gateway: '10.0.1.254',
  peers: [
    {
      name: 'anna',
      publicKey: KEYS.peer,
      presharedKeyFile: null,
      address: '10.99.0.2',
      networks: [],
      endpoint: null,
      keepAliveSeconds: null,
    },
    {
      name: 'site',
      publicKey: KEYS.other,
      presharedKeyFile: 'wireguard/site.psk',
      address: '10.99.0.3',
      networks: ['192.168.7.0/24'],
      endpoint: '198.51.100.9:51820',
      keepAliveSeconds: 25,
    },
  ],
  ...changes,
});

const port = fc.integer({ min: 1, max: 65_535 });
const ports = fc.array(
  fc.tuple(port, port).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) })),
  { maxLength: 4 },
);
/** Addresses and networks that have something in common with the zone. */
const peerOf = (zone: string) => {
  const inside = INTERFACES.find((nic) => nic.zone === zone)?.cidr.replace(/\.0\/24$/, '');
  return inside === undefined
    ? fc
        .tuple(fc.integer({ min: 11, max: 99 }), fc.nat(255), fc.constantFrom(8, 12, 16, 24, 29, 32))
        .map(([a, b, prefix]) => networkText(`${a}.${b}.7.9`, prefix))
    : fc
        .tuple(fc.nat(255), fc.constantFrom(0, 8, 16, 24, 28, 30, 32))
        .map(([host, prefix]) => networkText(`${inside}.${host}`, prefix));
};
const networkText = (address: string, prefix: number): string =>
  prefix === 32 ? address : `${address}/${prefix}`;
const zonePairs = fc.constantFrom(
  ['internet', 'dmz'],
  ['internet', 'app'],
  ['dmz', 'app'],
  ['app', 'dmz'],
  ['app', 'internet'],
  ['dmz', 'internet'],
);

export const rules = zonePairs.chain(([from = '', to = '']) =>
  fc
    .record({
      protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'any'),
      ports,
      sources: fc.option(fc.array(peerOf(from), { maxLength: 4 })),
      destinations: fc.option(fc.array(peerOf(to), { maxLength: 4 })),
      action: fc.constantFrom('accept', 'deny'),
      limit: fc.option(
        fc.record({ perSecond: fc.integer({ min: 1, max: 1e6 }), burst: fc.integer({ min: 1, max: 1e6 }) }),
      ),
      log: fc.boolean(),
    })
    .map(({ limit, ...rest }): Omit<FirewallRuleInput, 'id'> => ({
      ...rest,
      from,
      to,
      ports: rest.protocol === 'tcp' || rest.protocol === 'udp' ? rest.ports : [],
      rateLimit: rest.action === 'accept' ? limit : null,
    })),
);

const withIds = (found: readonly Omit<FirewallRuleInput, 'id'>[]): FirewallRuleInput[] =>
  found.map((each, index) => ({ ...each, id: `h-${(index * 7919 + 31).toString(36)}` }));

const names = fc.record({
  dns: fc.option(
    fc.record({
      domain: fc.constantFrom('vsys.internal', 'shop'),
      forwarders: fc.constantFrom([], ['192.0.2.53']),
      records: fc.constant([
        { name: 'web-1', address: '10.0.1.2' },
        { name: 'web-1', address: '10.0.2.3' },
      ]),
    }),
  ),
  dhcp: fc.option(
    fc.record({
      leaseSeconds: fc.integer({ min: 120, max: 604_800 }),
      networks: fc.constant([
        { zone: 'dmz', hosts: [{ name: 'web-1', mac: '02:00:00:00:00:11', address: '10.0.1.2' }] },
        { zone: 'app', hosts: [] },
      ]),
    }),
  ),
});

/** Valid ones with everything that a rule can say. */
export const firewalls = fc
  .record({
    rules: fc.array(rules, { maxLength: 20 }).map(withIds),
    logDenied: fc.boolean(),
    names,
    isPair: fc.boolean(),
    staticNat: fc.constantFrom(
      [],
      [{ origin: '/config/staticNat/0', publicAddress: '203.0.113.2', toAddress: '10.0.2.9' }],
    ),
    routes: fc.constantFrom([], [{ to: '192.168.7.0/24', via: '10.0.1.8', zone: 'dmz' }]),
  })
  .map(({ isPair, names: both, ...parts }) => {
    const input = firewall({ ...parts, ...both });
    return isPair ? paired(input) : input;
  });

export const vpns = fc
  .record({ isPair: fc.boolean(), gateway: fc.constantFrom(null, '10.0.1.254'), peerCount: fc.nat(2) })
  .map(({ isPair, gateway, peerCount }) => {
    const input = vpn({ gateway, peers: vpn().peers.slice(0, peerCount) });
    return isPair ? paired(input) : input;
  });

const checks = fc
  .record({
    type: fc.constantFrom('tcp', 'http', 'https'),
    host: fc.constantFrom(null, 'shop.example'),
    status: fc.constantFrom(null, 204),
  })
  .map(({ type, host, status }) => ({
    ...listener().healthCheck,
    ...(type === 'tcp' ? { type, path: '/' } : { type, host, status, path: '/health?x=1&y=#' }),
  }));

const listeners = fc
  .record({
    protocol: fc.constantFrom('tcp', 'http', 'https'),
    balance: fc.constantFrom('round-robin', 'least-connections', 'source-address'),
    healthCheck: checks,
    memberProtocol: fc.constantFrom('plain', 'tls'),
    persistence: fc.constantFrom(
      null,
      { type: 'cookie', seconds: 60 } as const,
      { type: 'source-address', seconds: 60 } as const,
    ),
    proxyProtocol: fc.record({ accept: fc.boolean(), send: fc.boolean() }),
    asksClients: fc.constantFrom(null, true, false),
    errorPage: fc.constantFrom(null, '<h1>Sorry</h1>'),
    members: fc
      .array(
        fc.record({
          weight: fc.integer({ min: 0, max: 256 }),
          state: fc.constantFrom('ready', 'drain', 'maintenance'),
        }),
        { maxLength: 5 },
      )
      .map((found) =>
        found.map((each, n) => ({ ...each, name: `web-${n + 1}`, address: `10.0.2.${n + 3}` })),
      ),
  })
  .map(({ asksClients, ...parts }): Partial<ListenerInput> => {
    const isTls = parts.protocol === 'https';
    const isTcp = parts.protocol === 'tcp';
    return {
      ...parts,
      persistence: isTcp && parts.persistence?.type === 'cookie' ? null : parts.persistence,
      errorPage: isTcp ? null : parts.errorPage,
      certificates: isTls ? ['www', 'shop'] : [],
      clientCertificates:
        isTls && asksClients !== null ? { authority: 'people', required: asksClients } : null,
    };
  });

/** Valid ones with everything that a listener can say. */
export const loadBalancers = fc
  .record({ found: fc.array(listeners, { maxLength: 6 }), isPair: fc.boolean() })
  .map(({ found, isPair }) => {
    const all = found.map((parts, index) => listener({ ...parts, name: `l${index}`, port: 1000 + index }));
    const { keys: _, ...store } = TLS;
    const input = loadBalancer(all, store);
    return isPair ? paired(input) : input;
  });
