/** What people are shown before they decide, and when they ask who reaches whom. */
import { describe, expect, it } from 'vitest';
import type { ModuleInput } from '@openvsys/vsys';
import {
  chainInOrder,
  documentDifference,
  findCertificateFacts,
  findWay,
  moduleRenderer,
  previewVerdicts,
  type End,
} from '../src/index.js';
import { allocationOf, libraryText } from './library-documents.js';
import { firewall, listener, loadBalancer, rule, TLS, vpn } from './module-inputs.js';

describe('changed verdicts', () => {
  it('name the connections that a new, a removed and a moved rule are about', () => {
    const before = firewall({ rules: [] });
    const after = firewall({ rules: [rule({ ports: [{ first: 8080, last: 8080 }] })] });
    const [opened] = previewVerdicts(before, after);
    expect(opened).toMatchObject({
      flow: { destination: '203.0.113.1', protocol: 'tcp', port: 80, fromZone: 'internet' },
      before: { allowed: false, pointer: null },
      after: { allowed: true, pointer: '/config/rules/0' },
    });
    expect(previewVerdicts(after, before)).toHaveLength(previewVerdicts(before, after).length);
    expect(previewVerdicts(after, after)).toEqual([]);
    const accept = rule({ id: 'r-a', from: 'app', to: 'dmz', ports: [{ first: 22, last: 22 }] });
    const deny = { ...accept, id: 'r-d', action: 'deny' as const };
    const moved = previewVerdicts(firewall({ rules: [accept, deny] }), firewall({ rules: [deny, accept] }));
    expect(moved).toMatchObject([{ flow: { fromZone: 'app', port: 22 }, after: { allowed: false } }]);
  });

  it('tell of translations, listeners without members and peers that come', () => {
    const plain = firewall({ sourceNat: null });
    expect(previewVerdicts(firewall(), plain)).toEqual([]);
    const out = rule({ id: 'r-out', from: 'app', to: 'internet', ports: [] });
    const natted = firewall({ rules: [out] });
    const [translated] = previewVerdicts({ ...natted, sourceNat: null }, natted);
    expect(translated?.after.translated.source).toBe('203.0.113.1');
    const members = listener().members.map((member) => ({ ...member, state: 'maintenance' as const }));
    const silent = previewVerdicts(loadBalancer(), loadBalancer([listener({ members })]));
    expect(silent).toMatchObject([{ before: { allowed: true }, after: { reason: 'no-member' } }]);
    expect(previewVerdicts(vpn({ peers: [] }), vpn())[0]).toMatchObject({
      after: { reason: 'peer', allowed: true },
    });
    expect(previewVerdicts(vpn(), firewall())).toEqual([]);
  });

  it('are found among ten thousand rules within seconds', () => {
    const rules = Array.from({ length: 10_000 }, (_, index) =>
      rule({ id: `r-${index}`, from: 'app', to: 'dmz', ports: [{ first: index + 1, last: index + 1 }] }),
    );
    const before = firewall({ rules });
    const after = firewall({ rules: rules.toSpliced(5_000, 1) });
    const started = performance.now();
    expect(previewVerdicts(before, after)).toMatchObject([
      { flow: { port: 5_001 }, after: { allowed: false } },
    ]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('differences of documents', () => {
  it('are unified diffs of the files that change', () => {
    const before = moduleRenderer.render(firewall()).files;
    const after = moduleRenderer.render(
      firewall({ rules: [rule({ ports: [{ first: 443, last: 443 }] })] }),
    ).files;
    const [difference, ...others] = documentDifference(before, after);
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ name: 'nftables.conf', change: 'changed', isCut: false });
    expect(difference?.diff).toMatch(/^-.*dport 80/m);
    expect(difference?.diff).toMatch(/^\+.*dport 443/m);
    expect(documentDifference(before, {})).toMatchObject(
      Object.keys(before).map(() => ({ change: 'removed' })),
    );
  });
});

describe('certificates', () => {
  it('tell who they are for and how long', () => {
    const facts = findCertificateFacts(TLS.certificates[0]!.certificate, new Date('2027-01-01'));
    expect(facts).toMatchObject({ subject: 'CN=www.example', names: ['www.example'], chainLength: 0 });
    expect(facts?.daysLeft).toBeGreaterThan(365);
    expect(findCertificateFacts('none', new Date())).toBeUndefined();
  });

  it('are put in order: the one of the key comes first', () => {
    const [www, shop] = TLS.certificates.map(({ certificate }) => certificate.trim()) as [string, string];
    const ordered = chainInOrder(`${shop}\n${www}\n`, TLS.keys.www);
    expect(ordered.indexOf(www)).toBe(0);
    expect(ordered).toContain(shop);
    expect(chainInOrder('none', TLS.keys.www)).toBe('none');
  });
});

describe('ways through a system', () => {
  const { spec, efmConfigs } = allocationOf(libraryText('secure-shop.yaml'));
  const efms = efmConfigs.flatMap(({ input, server }): ModuleInput[] =>
    spec.servers.find(({ id }) => id === server)?.name.endsWith('-2') === true ? [] : [input],
  );
  const world = { efms, nets: spec.nets };
  const netName = (id: string) => spec.nets.find((net) => net.id === id)?.name ?? null;
  const server = (name: string): End => ({
    name,
    addresses: spec.servers
      .filter((candidate) => candidate.name === name)
      .flatMap(({ nics }) => nics.map(({ net, ipv4 }) => ({ vnet: netName(net), address: ipv4 }))),
  });
  const address = (text: string): End => ({ name: text, addresses: [{ vnet: null, address: text }] });
  const web = spec.servers.find(({ role }) => role === 'web')!.name;
  const tcp = (port: number) => ({ protocol: 'tcp' as const, port });

  it('go from the internet through firewall and load balancer to a member', () => {
    const way = findWay(world, address('198.51.100.7'), address('203.0.113.1'), tcp(443));
    expect(way).toMatchObject({ allowed: true });
    expect(way.steps.map(({ efm }) => efm)).toEqual(['fw', 'lb']);
    expect(way.steps[1]?.verdict.reason).toBe('listener');
    const anybody = findWay(world, { name: 'internet', addresses: [] }, address('203.0.113.1'), tcp(443));
    expect(anybody.allowed).toBe(true);
  });

  it('end where a rule is missing, and say where', () => {
    const way = findWay(world, address('198.51.100.7'), address('203.0.113.1'), tcp(22));
    expect(way).toMatchObject({ allowed: false, steps: [{ efm: 'fw' }] });
    expect(way.explanation).toContain('does not reach');
    expect(findWay(world, server(web), address('10.77.0.1'), tcp(22)).allowed).toBe(false);
  });

  it('are direct inside a VNet', () => {
    const others = spec.servers.filter(({ role }) => role === 'web').map(({ name }) => name);
    const way = findWay(world, server(others[0]!), server(others[1]!), tcp(22));
    expect(way).toMatchObject({ allowed: true, steps: [{ efm: null }] });
  });
});
