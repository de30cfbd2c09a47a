import { describe, expect, it } from 'vitest';
import {
  diagnoseServer,
  type DiagnosedAction,
  type ServerFacts,
} from '../../src/lifecycle/diagnose-server.js';
import { withPower, withPowerCut } from '../../src/spec/change/next-generation.js';
import { bindParameters } from '../../src/spec/bind/bind-parameters.js';
import { parseDescriptor } from '../../src/spec/parse/parse-descriptor.js';
import { allocateNext, libraryText } from '../spec-fixtures.js';

const { spec } = allocateNext(bindParameters(parseDescriptor(libraryText('three-tier.yaml')), {}));
const named = (name: string) => {
  const server = spec.servers.find((each) => each.name === name);
  if (server === undefined) throw new Error(`no ${name}`);
  return server;
};
const AT = new Date('2026-11-23T10:00:00Z');
const web = named('web-1');
const db = named('db');

type States = Readonly<
  Record<string, { state: 'planned' | 'creating' | 'stopped' | 'running' | 'error'; reason?: string }>
>;

/** Everything runs but what is said. */
function factsOf(states: States, more: Partial<ServerFacts> = {}): ServerFacts {
  const all = [...spec.servers, ...spec.nets, ...spec.disks].map(({ id, name }) => {
    const { state = 'running', reason = null } = states[name] ?? {};
    return [id, { state, reason }] as const;
  });
  return {
    spec,
    server: web,
    parts: new Map(all),
    actions: [],
    parked: null,
    purgeAt: null,
    pool: { hasWorker: true, reason: null, availableHosts: 3 },
    found: [],
    ...more,
  };
}
const causes = (facts: ServerFacts) => {
  const { verdict, findings } = diagnoseServer(facts);
  return [verdict, ...findings.map(({ cause, part }) => (part === null ? cause : `${cause} ${part}`))];
};
const action = (outcome: DiagnosedAction['outcome'], kind: DiagnosedAction['kind']): DiagnosedAction => ({
  part: web.id,
  kind,
  attempt: 2,
  outcome,
  error:
    outcome === 'failed'
      ? { code: 'no-capacity', message: 'no host has room', retry: 'elsewhere', remedy: 'wait' }
      : null,
  at: AT,
});

describe('why a server is not as wanted', () => {
  it('is nothing when it is', () => {
    expect(causes(factsOf({}))).toEqual(['as-wanted', 'wanted-so']);
    const stopped = withPower(spec, web.id, 'stopped');
    const server = stopped.servers.find(({ id }) => id === web.id)!;
    const off = factsOf({ 'web-1': { state: 'stopped' } }, { spec: stopped, server });
    expect(diagnoseServer(off)).toMatchObject({ verdict: 'as-wanted', findings: [{ remedy: 'Start it.' }] });
  });

  it('is whoever starts before it, with the trouble of that one', () => {
    const facts = factsOf({
      'web-1': { state: 'stopped' },
      db: { state: 'creating', reason: 'no host has room' },
    });
    expect(causes(facts)).toEqual(['waiting', `start-order ${db.id}`]);
    expect(diagnoseServer(facts).findings[0]?.message).toContain('no host has room');
  });

  it('is whoever starts before it and is not ready yet, though it runs', () => {
    const ready = {
      gate: { kind: 'guest-agent' },
      timeoutSeconds: 300,
      delaySeconds: 0,
      onTimeout: 'fail',
    } as const;
    const servers = spec.servers.map((each) => (each.id === db.id ? { ...each, ready } : each));
    const states = (reason?: string): States => ({
      'web-1': { state: 'stopped' },
      db: { state: 'running', ...(reason === undefined ? {} : { reason }) },
    });
    const waited = factsOf(states('it is waited for'), { spec: { ...spec, servers } });
    expect(causes(waited)).toEqual(['waiting', `start-order ${db.id}`]);
    expect(diagnoseServer(waited).findings[0]?.message).toContain('it is waited for');
    expect(causes(factsOf(states(), { spec: { ...spec, servers } }))).not.toContain(`start-order ${db.id}`);
    expect(causes(factsOf(states('a trouble')))).not.toContain(`start-order ${db.id}`);
  });

  it('is a network or a disk that is not there', () => {
    const [app] = spec.nets.filter(({ id }) => web.nics.some(({ net }) => net === id));
    const facts = factsOf({
      'web-1': { state: 'planned' },
      [app!.name]: { state: 'error', reason: 'no VLAN' },
    });
    expect(causes(facts)).toEqual(['waiting', `part-missing ${app!.id}`]);
  });

  it('is what failed and what is being done', () => {
    const stopped = { 'web-1': { state: 'stopped', reason: 'no host has room' } } as const;
    const facts = factsOf(stopped, {
      actions: [action('running', 'nic.create'), action('failed', 'vserver.start')],
    });
    expect(causes(facts)).toEqual(['on-its-way', 'action-running', 'action-failed']);
    expect(diagnoseServer(facts).findings[1]).toMatchObject({ remedy: 'wait', since: AT });
    expect(causes(factsOf({ 'web-1': { state: 'stopped' } }))).toEqual(['on-its-way', 'not-begun']);
  });

  it('is first of all that nobody can act', () => {
    const stopped = { 'web-1': { state: 'stopped' } } as const;
    const parked = { code: 'pool-refused', message: 'SR is read-only', retry: 'never' } as const;
    expect(causes(factsOf(stopped, { parked }))[0]).toBe('blocked');
    const alone = { hasWorker: false, reason: 'timeout', availableHosts: 0 };
    expect(causes(factsOf(stopped, { pool: alone }))).toEqual(['blocked', 'no-worker', 'pool-away']);
    const full = { hasWorker: true, reason: null, availableHosts: 0 };
    expect(causes(factsOf(stopped, { pool: full }))).toEqual(['blocked', 'no-host']);
    expect(causes(factsOf(stopped, { purgeAt: AT }))).toEqual(['blocked', 'in-recycle-bin']);
    const found = [{ reason: 'two VMs claim it', since: AT }];
    expect(causes(factsOf(stopped, { found }))).toEqual(['blocked', 'found-in-pool']);
  });

  it('is, while it stops, whoever stops before it, unless its power is cut', () => {
    const both = withPower(withPower(spec, web.id, 'stopped'), db.id, 'stopped');
    const server = both.servers.find(({ id }) => id === db.id)!;
    expect(causes(factsOf({}, { spec: both, server }))).toEqual(['waiting', `start-order ${web.id}`]);
    const cut = withPowerCut(both, db.id);
    const cutServer = cut.servers.find(({ id }) => id === db.id)!;
    expect(causes(factsOf({}, { spec: cut, server: cutServer }))).toEqual(['on-its-way', 'not-begun']);
  });
});
