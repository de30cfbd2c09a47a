import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../errors.js';
import { designOf } from '../../spec/bind/bind-parameters.js';
import { parseDescriptor } from '../../spec/parse/parse-descriptor.js';
import { ruleIds } from '../firewall/rule-id.js';
import { editEfm } from './edit-efm.js';
import { formerConfig } from './former-config.js';
import { withoutKeys, type WithParameters } from './keys.js';
import { withCertificate, withMember, withoutCertificate } from './load-balancer.js';
import { withChangedRule, withRule, withoutRule } from './rules.js';
import { writtenEfm } from './written-config.js';

const LIBRARY = join(import.meta.dirname, '../../../../../descriptors');
const KEY = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----\n';
const OTHER_KEY = KEY.replace('MC4C', 'MC5C');
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const library = (file: string): WithParameters => ({
  descriptor: parseDescriptor(readFileSync(join(LIBRARY, file), 'utf8')),
  values: {},
});
const shop = (): WithParameters => library('three-tier.yaml');

function rulesOf({ descriptor, values }: WithParameters) {
  const efm = designOf(descriptor, values).efms.find(({ kind }) => kind === 'firewall');
  if (efm?.kind !== 'firewall') throw new Error('the library has a firewall');
  return { name: efm.name, rules: efm.config.rules, ids: ruleIds(efm.config.rules) };
}

function refusal(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const PING = { name: 'ping', from: 'internet', to: 'dmz', protocol: 'icmp' };

describe('rules', () => {
  it('come in where they are wanted, change, move and go, and the others keep their ids', () => {
    const start = shop();
    const { name, ids } = rulesOf(start);
    const first = ids[0]!;
    const added = editEfm(start, name, ({ config }) => withRule(config, ids, PING, { after: first }));
    expect(rulesOf(added).ids).toEqual([first, 'r-ping', ...ids.slice(1)]);
    const changed = editEfm(added, name, ({ config }) =>
      withChangedRule(config, rulesOf(added).ids, 'r-ping', { action: 'deny', log: true }, { position: 0 }),
    );
    expect(rulesOf(changed).rules[0]).toMatchObject({ name: 'ping', action: 'deny', log: true });
    const removed = editEfm(changed, name, ({ config }) =>
      withoutRule(config, rulesOf(changed).ids, 'r-ping'),
    );
    expect(rulesOf(removed)).toEqual(rulesOf(start));
  });

  it('drop a field that is patched to null', () => {
    const start = shop();
    const { name, ids } = rulesOf(start);
    const added = editEfm(start, name, ({ config }) => withRule(config, ids, { ...PING, log: true }, {}));
    const patched = editEfm(added, name, ({ config }) =>
      withChangedRule(config, rulesOf(added).ids, 'r-ping', { log: null }, {}),
    );
    expect(rulesOf(patched).rules.at(-1)).toMatchObject({ name: 'ping', log: false });
  });

  it('are refused with places inside the configuration', () => {
    const start = shop();
    const { name, ids } = rulesOf(start);
    const wrong = { ...PING, from: 'nowhere' };
    const error = refusal(() =>
      editEfm(start, name, ({ config }) => withRule(config, ids, wrong, { position: 0 })),
    );
    expect(error.code).toBe('invalid-descriptor');
    expect(error.violations[0]?.pointer).toBe('/config/rules/0/from');
  });

  it('are named by ids that exist, and by one place', () => {
    const { name, ids } = rulesOf(shop());
    const at = (place: object) =>
      refusal(() => editEfm(shop(), name, ({ config }) => withRule(config, ids, PING, place)));
    expect(at({ before: 'r-none' })).toMatchObject({ code: 'not-found', pointer: '/before' });
    expect(at({ position: 0, before: ids[0] })).toMatchObject({ code: 'invalid-request' });
  });
});

describe('a rule among ten thousand', () => {
  it('is put in without comparing each with each', () => {
    const { name } = rulesOf(shop());
    const rule = (index: number) => ({ ...PING, name: `r-${index}` });
    const editing = (count: number): number => {
      const rules = Array.from({ length: count }, (_, index) => rule(index));
      const large = editEfm(shop(), name, ({ config }) => ({ ...config, rules }));
      const { ids } = rulesOf(large);
      const started = performance.now();
      editEfm(large, name, ({ config }) => withRule(config, ids, PING, { position: 0 }));
      return performance.now() - started;
    };
    editing(1_000);
    // Ten times as many rules may take ten times as long, with room for a busy machine; comparing all would take a hundred times.
    expect(editing(9_990) / editing(999)).toBeLessThan(40);
  });
});

describe('keys', () => {
  const balanced = () => library('three-tier.yaml');
  const balancer = ({ descriptor }: WithParameters): string =>
    Object.entries(descriptor.efms ?? {}).find(([, { kind }]) => kind === 'load-balancer')![0];
  const upload = (start: WithParameters, name: string, privateKey?: string) =>
    editEfm(start, balancer(start), ({ config }) =>
      withCertificate(config, name, { certificate: CERTIFICATE, privateKey }),
    );

  it('become secret parameters, are shown nowhere and stay when an edit gives none', () => {
    const start = balanced();
    const name = balancer(start);
    const added = upload(start, 'extra', KEY);
    expect(added.values['efmKey1']).toBe(KEY);
    expect(JSON.stringify(added.descriptor)).not.toContain('MC4C');
    expect(added.descriptor.parameters?.['efmKey1']).toMatchObject({ secret: true });
    const shown = withoutKeys(writtenEfm(added.descriptor, name).config);
    expect(JSON.stringify(shown)).not.toMatch(/privateKey|efmKey/);
    const again = editEfm(added, name, () => shown);
    expect(writtenEfm(again.descriptor, name).config).toEqual(writtenEfm(added.descriptor, name).config);
    expect(again.values).toEqual(added.values);
  });

  it('are replaced under a new name and forgotten when nothing needs them', () => {
    const start = balanced();
    const replaced = upload(upload(start, 'extra', KEY), 'extra', OTHER_KEY);
    expect(Object.keys(replaced.values).filter((key) => key.startsWith('efmKey'))).toEqual(['efmKey2']);
    const removed = editEfm(replaced, balancer(start), ({ config }) => withoutCertificate(config, 'extra'));
    expect(Object.keys(removed.values)).toEqual(Object.keys(start.values));
    expect(Object.keys(removed.descriptor.parameters ?? {})).toEqual(
      Object.keys(start.descriptor.parameters ?? {}),
    );
  });
});

describe('an older configuration', () => {
  it('comes back as it was, with the key that it had, whatever became of parameters', () => {
    const start = library('three-tier.yaml');
    const name = Object.entries(start.descriptor.efms ?? {}).find(
      ([, { kind }]) => kind === 'load-balancer',
    )![0];
    const upload = (from: WithParameters, privateKey: string) =>
      editEfm(from, name, ({ config }) =>
        withCertificate(config, 'extra', { certificate: CERTIFICATE, privateKey }),
      );
    const old = upload(start, KEY);
    const now = upload(old, OTHER_KEY);
    const back = editEfm(now, name, () => formerConfig(old, now, name));
    expect(Object.values(back.values)).toContain(KEY);
    expect(Object.values(back.values)).not.toContain(OTHER_KEY);
    expect(withoutKeys(writtenEfm(back.descriptor, name).config)).toEqual(
      withoutKeys(writtenEfm(old.descriptor, name).config),
    );
    expect(formerConfig(now, now, name)).toEqual(writtenEfm(now.descriptor, name).config);
  });
});

describe('members', () => {
  it('are drained on one listener or on all', () => {
    const start = shop();
    const name = Object.entries(start.descriptor.efms ?? {}).find(
      ([, { kind }]) => kind === 'load-balancer',
    )![0];
    const drained = editEfm(start, name, ({ config }) =>
      withMember(config, { member: 'web', state: 'drain' }),
    );
    expect(JSON.stringify(writtenEfm(drained.descriptor, name).config)).toContain(
      '"memberStates":{"web":"drain"}',
    );
    const wrong = () =>
      editEfm(start, name, ({ config }) => withMember(config, { member: 'nobody', state: 'drain' }));
    expect(refusal(wrong).violations[0]?.pointer).toMatch(/^\/config\/listeners\/0\/memberStates\/nobody/);
  });
});
