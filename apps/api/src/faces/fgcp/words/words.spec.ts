import { fc, test } from '@fast-check/vitest';
import { PART_STATES, SERVICES, VSYS_PHASES, WANTED_POWERS, type FirewallRuleConfig } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import type { UsageEntry } from '../../../use-cases/usage/read-usage.js';
import { backupTime, isTimeZone, noticeTime, usageTime } from './dates.js';
import { firstLogin } from './first-login.js';
import { directionPrefix, findZone } from './firewall-zones.js';
import { partNameFor } from './part-name.js';
import { policiesOf, rulesAfterNat, rulesOfPolicy, type Policy, type PolicyContext } from './policy-rules.js';
import { serverStatus, STARTABLE, STOPPABLE } from './server-words.js';
import { usageViews } from './usage-views.js';
import { publicIpStatus, vdiskStatus, vsysStatus } from './vsys-words.js';

describe('names of parts', () => {
  test.prop([fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { maxLength: 3 })])(
    'are ones that descriptors may have, and free',
    (wanted, others) => {
      const taken = new Set([...others, partNameFor(wanted, new Set())]);
      const name = partNameFor(wanted, taken);
      expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
      expect(taken.has(name)).toBe(false);
    },
  );

  it('are near to what was asked for', () => {
    expect(
      ['Web Server 1', 'web', '1st', 'Überwachung', '日本', 'a'.repeat(40)].map((name) =>
        partNameFor(name, new Set(['web'])),
      ),
    ).toEqual(['web-server-1', 'web-2', 'x-1st', 'u-berwachung', 'x', 'a'.repeat(20)]);
  });
});

describe('states', () => {
  it('of servers are known words, and those in between are seen at once', () => {
    for (const state of PART_STATES)
      for (const power of WANTED_POWERS)
        for (const hindrance of [
          'none',
          'settled',
          'given-up',
          'copied',
          'restored',
          'registered',
          'retyped',
          'updated',
        ] as const)
          expect(serverStatus({ state, power }, hindrance)).toMatch(
            /^(DEPLOYING|STOPPED|STARTING|RUNNING|STOPPING|UNEXPECTED_STOP|START_ERROR|STOP_ERROR|BACKUP_ING|RESTORING|REGISTERING|CHANGE_TYPE|UPDATE|ERROR)$/,
          );
    const of = (state: 'stopped' | 'running', power: 'stopped' | 'running', hindrance: 'none' | 'given-up') =>
      serverStatus({ state, power }, hindrance);
    expect([of('stopped', 'running', 'none'), of('running', 'stopped', 'none')]).toEqual([
      'STARTING',
      'STOPPING',
    ]);
    expect([of('stopped', 'running', 'given-up'), of('running', 'stopped', 'given-up')]).toEqual([
      'START_ERROR',
      'STOP_ERROR',
    ]);
    expect(STARTABLE.filter((status) => STOPPABLE.includes(status))).toEqual([]);
  });

  it('of systems follow from what is missing and what is left over', () => {
    for (const phase of VSYS_PHASES) {
      const whole = vsysStatus({ phase, wanted: ['running', 'attached', 'ready'], leaving: 0 });
      expect([phase, whole]).toEqual([phase, phase === 'deleting' ? 'RECONFIG_ING' : 'NORMAL']);
    }
    expect(vsysStatus({ phase: 'provisioning', wanted: ['planned'], leaving: 0 })).toBe('DEPLOYING');
    expect(vsysStatus({ phase: 'changing', wanted: ['running'], leaving: 1 })).toBe('RECONFIG_ING');
    expect(vsysStatus({ phase: 'needs-attention', wanted: ['error'], leaving: 0 })).toBe('ERROR');
  });

  it('of disks and addresses', () => {
    expect([
      vdiskStatus('planned', null),
      vdiskStatus('detached', 's'),
      vdiskStatus('attached', null),
    ]).toEqual(['DEPLOYING', 'ATTACHING', 'DETACHING']);
    expect([vdiskStatus('detached', null), vdiskStatus('attached', 's'), vdiskStatus('error', null)]).toEqual(
      ['NORMAL', 'NORMAL', 'ERROR'],
    );
    expect([publicIpStatus('ready', 'attached'), publicIpStatus('ready', 'detached')]).toEqual([
      'ATTACHED',
      'DETACHED',
    ]);
  });
});

describe('instants', () => {
  const evening = new Date('2011-12-28T18:51:39Z');

  it('have the shapes that clients read', () => {
    expect(backupTime(evening, 'en')).toBe('Dec 28, 2011 6:51:39 PM');
    expect(backupTime(new Date('2012-01-02T00:05:09Z'), 'en')).toBe('Jan 2, 2012 12:05:09 AM');
    expect(backupTime(evening, 'ja')).toBe('2011/12/28 18:51:39');
    expect(usageTime(evening)).toBe('2011/12/28T18:51:39+0000');
    expect(noticeTime(evening, 'Asia/Tokyo')).toBe('2011/12/29 03:51:39');
    expect([isTimeZone('Europe/Berlin'), isTimeZone('Nowhere')]).toEqual([true, false]);
  });
});

describe('first logins', () => {
  it('have passwords of all kinds of characters, each another one', () => {
    const passwords = Array.from({ length: 50 }, () => firstLogin('debian-13').password);
    expect(new Set(passwords).size).toBe(50);
    for (const password of passwords)
      expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[#+=%-]).{16}$/);
    expect([firstLogin('windows-2025').user, firstLogin('debian-13').user]).toEqual([
      'Administrator',
      'root',
    ]);
  });
});

const NETS = ['dmz', 'secure1', 'secure2', 'lab'];
const context = (behind: Readonly<Record<string, string>>): PolicyContext => ({
  addressesOf: (_zone, name) => [`10.0.0.${name.length}`],
  publicAddressOf: (server) => Object.entries(behind).find(([, each]) => each === server)?.[0],
  serverBehind: (address) => behind[address],
});
const zones = fc
  .tuple(fc.constantFrom(...NETS, 'internet'), fc.constantFrom(...NETS, 'internet'))
  .filter(([from, to]) => directionPrefix(from, to) !== 0);
const peers = fc.oneof(
  fc.constant('any' as const),
  fc.uniqueArray(fc.constantFrom('203.0.113.1', '203.0.113.2', '10.1.0.0/16'), { minLength: 1 }),
);
const ports = fc.oneof(
  fc.constant('any' as const),
  fc.uniqueArray(fc.constantFrom('80', '443', '8000-8010'), { minLength: 1 }),
);
const policy: fc.Arbitrary<Policy> = fc
  .record({
    zones,
    id: fc.integer({ min: 1, max: 999 }).map((number) => String(number).padStart(3, '0')),
    action: fc.constantFrom('Accept' as const, 'Deny' as const),
    log: fc.constantFrom('On' as const, 'Off' as const),
    way: fc.oneof(
      fc.record({
        protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'tcp-udp' as const),
        dstPort: ports,
        srcPort: ports,
        dstService: fc.constant('NONE'),
      }),
      fc.record({
        protocol: fc.constantFrom('icmp' as const, 'any' as const),
        dstPort: fc.constant('any' as const),
        srcPort: fc.constant('any' as const),
        dstService: fc.constant('NONE'),
      }),
      fc.record({
        protocol: fc.constant('' as const),
        dstPort: fc.constant('any' as const),
        srcPort: ports,
        dstService: fc.constantFrom(...Object.keys(SERVICES)),
      }),
    ),
    src: peers,
    dst: peers,
  })
  .map(({ zones: [from, to], way, ...rest }) => ({ from, to, ...rest, ...way }));
const keyOf = ({ from, to, id }: Policy): string => `${from} ${to} ${id}`;
const policies = fc.uniqueArray(policy, { selector: keyOf, maxLength: 8 });

describe('policies', () => {
  test.prop([policies])('are read again as they were written', (written) => {
    const known = context({ '203.0.113.1': 'web' });
    const rules = written.flatMap((each) => rulesOfPolicy(each, known));
    for (const { name } of rules) expect(name).toMatch(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/);
    expect(policiesOf(rules, known)).toEqual(written);
  });

  test.prop([policies])('stay the same when public addresses are led elsewhere', (written) => {
    const [before, after] = [
      context({ '203.0.113.1': 'web' }),
      context({ '203.0.113.1': 'app', '203.0.113.2': 'web' }),
    ];
    const rules = written.flatMap((each) => rulesOfPolicy(each, before));
    expect(policiesOf(rulesAfterNat(rules, before, after), after)).toEqual(written);
  });

  it('of other origin are shown with ids that are free', () => {
    const rule: FirewallRuleConfig = {
      from: 'dmz',
      to: 'secure1',
      protocol: 'tcp',
      ports: [80],
      sources: ['web'],
      destinations: null,
      action: 'accept',
      log: false,
    };
    const shown = policiesOf([rule, { ...rule, name: 'p10001' }, rule], context({}));
    expect(shown.map(({ id, src }) => [id, src])).toEqual([
      ['002', ['10.0.0.3']],
      ['001', ['10.0.0.3']],
      ['003', ['10.0.0.3']],
    ]);
  });

  it('know zones by full and short names', () => {
    expect(findZone('A-B', 'A-B-N-DMZ', NETS)).toBe('dmz');
    expect(findZone('A-B', 'INTERNET', NETS)).toBe('internet');
    expect(findZone('A-B', 'A-C-N-DMZ', NETS)).toBeUndefined();
    expect([
      directionPrefix('internet', 'dmz'),
      directionPrefix('internet', 'secure1'),
      directionPrefix('lab', 'dmz'),
    ]).toEqual([35, 0, 90]);
  });
});

describe('usage', () => {
  const entry = (of: Partial<UsageEntry>): UsageEntry => ({
    hour: null,
    vsysId: 'A-1',
    resource: 'A-1-S-0002',
    dimension: 'vserver-running',
    product: 'standard.small',
    quantity: null,
    seconds: 0,
    quantitySeconds: 0,
    unitPrice: null,
    currency: 'EUR',
    amount: null,
    closed: true,
    ...of,
  });

  it('is added up by product, in whole units that were begun', () => {
    const views = usageViews(
      [
        entry({ quantitySeconds: 3_600 }),
        entry({ resource: 'A-1-S-0003', quantitySeconds: 1 }),
        entry({ dimension: 'vdisk-gib', product: 'storage', quantitySeconds: 100 * 696 * 3_600 }),
        entry({ dimension: 'network-out', product: 'traffic', quantitySeconds: 1_500_000_000 }),
        entry({ vsysId: null, dimension: 'image-gib', product: 'storage', quantitySeconds: 7_200 }),
      ],
      'ACME0001',
    );
    const of = (productName: string, unitName: string, usedPoints: number) => ({
      productName,
      unitName,
      usedPoints,
    });
    expect(views).toEqual([
      {
        id: 'A-1',
        products: [
          of('standard.small VM Service', 'Hour', 2),
          of('Disk Expansion Service', 'GB*Hour', 69_600),
          of('Internet Communication Service', 'GB', 2),
        ],
      },
      { id: 'ACME0001'.padEnd(32, '0'), products: [of('VM Image Storage Service', 'GB*Hour', 2)] },
    ]);
  });
});
