import { describe, expect, it } from 'vitest';
import { VSYS, allocateNext, libraryText, refusalOf } from '../../../test/spec-fixtures.js';
import { snapshotIdOf, vserverIdOf } from '../../ids.js';
import { designOf } from '../bind/bind-parameters.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import { describeDifference } from './describe-difference.js';
import type { VsysSpec } from '../vsys-spec.js';
import {
  absent,
  withoutSnapshot,
  withPower,
  withRestart,
  withRevertOf,
  withSnapshot,
} from './next-generation.js';

const design = (values: Record<string, unknown>) =>
  designOf(parseDescriptor(libraryText('three-tier.yaml')), values);
const base = { design: design({}), allocation: allocateNext(design({})) };
const { spec } = base.allocation;
const web = vserverIdOf(VSYS, 3);

describe('the next generation', () => {
  it('has another power state or restart count for one server', () => {
    const stopped = withPower(spec, web, 'stopped');
    expect([stopped.generation, stopped.servers[2]?.power]).toEqual([2, 'stopped']);
    expect(stopped.servers.filter(({ power }) => power === 'stopped')).toHaveLength(1);
    const restarted = withRestart(spec, web);
    expect([restarted.generation, restarted.servers[2]?.restarts]).toEqual([2, 1]);
    expect(refusalOf(() => withRestart(stopped, web)).code).toBe('conflict');
    expect(refusalOf(() => withPower(spec, vserverIdOf(VSYS, 99), 'stopped')).code).toBe('not-found');
  });

  it('takes snapshots, goes back to them with all or some of their servers, and gives them up', () => {
    const [db] = spec.servers.filter(({ name }) => name === 'db');
    const id = snapshotIdOf(VSYS, 1);
    const taken = withSnapshot(spec, { id, name: 'before', servers: [web, db!.id], withMemory: false });
    const counts = (of: VsysSpec) =>
      of.servers.flatMap(({ name, revert }) => (revert ? [[name, revert.count]] : []));
    const back = withRevertOf(taken, id, []);
    expect([back.generation, counts(back)]).toEqual([
      3,
      [
        ['web-1', 1],
        ['db', 1],
      ],
    ]);
    const again = withRevertOf(back, id, [web, web]);
    expect([again.generation, counts(again)]).toEqual([
      4,
      [
        ['web-1', 2],
        ['db', 1],
      ],
    ]);
    const gone = { ...taken, servers: taken.servers.filter((server) => server.id !== web) };
    expect(counts(withRevertOf(gone, id, []))).toEqual([['db', 1]]);
    expect(refusalOf(() => withRevertOf(taken, id, [spec.servers[0]!.id])).code).toBe('not-found');
    expect(withoutSnapshot(taken, id).snapshots).toEqual([]);
    expect(refusalOf(() => withoutSnapshot(spec, id)).code).toBe('not-found');
    const changed = describeDifference(taken, back).filter(({ change }) => change !== 'unchanged');
    expect(changed.map(({ name, restartNeeded }) => [name, restartNeeded])).toEqual([
      ['web-1', true],
      ['db', true],
    ]);
    const added = describeDifference(spec, taken).filter(({ change }) => change !== 'unchanged');
    expect(added).toMatchObject([{ part: id, kind: 'snapshot', change: 'added' }]);
  });

  it('may be nothing at all', () => {
    expect(absent(spec)).toEqual({ ...spec, generation: 2, presence: 'absent' });
  });
});

describe('the difference', () => {
  const changesOf = (next: Parameters<typeof describeDifference>[1]) =>
    describeDifference(spec, next).filter(({ change }) => change !== 'unchanged');

  it('is everything for a new VSYS, nothing for the same, everything for an absent one', () => {
    const parts = 3 + 5 + 4 + 3 + 2 + 1 + 1 + 1;
    expect(describeDifference(undefined, spec).map(({ change }) => change)).toEqual(
      Array(parts).fill('added'),
    );
    expect(changesOf(spec)).toEqual([]);
    expect(describeDifference(spec, absent(spec)).map(({ change }) => change)).toEqual(
      Array(parts).fill('removed'),
    );
  });

  it('names fields, hides configurations, tells who restarts', () => {
    const next = allocateNext(design({ webCount: 3, dbType: 'standard.large', dbDiskGiB: 30 }), base).spec;
    expect(changesOf(next)).toMatchObject([
      { name: 'fw', change: 'changed', fields: [{ field: 'configuration' }], restartNeeded: false },
      { name: 'lb', change: 'changed', fields: [{ field: 'configuration' }], restartNeeded: false },
      { name: 'web-3', kind: 'vserver', change: 'added' },
      { name: 'web-3/0', kind: 'nic', change: 'added' },
      {
        name: 'db',
        change: 'changed',
        fields: [
          { field: 'type', from: 'standard.medium', to: 'standard.large' },
          { field: 'vcpus', from: 2, to: 4 },
          { field: 'memoryMiB', from: 4096, to: 8192 },
        ],
        restartNeeded: true,
      },
      {
        name: 'db-data',
        change: 'changed',
        fields: [{ field: 'sizeGiB', from: 20, to: 30 }],
        restartNeeded: true,
      },
    ]);
  });

  it('needs no restart for a server that is stopped', () => {
    const stopped = {
      ...base,
      allocation: { ...base.allocation, spec: withPower(spec, vserverIdOf(VSYS, 5), 'stopped') },
    };
    const next = allocateNext(design({ dbType: 'standard.large' }), stopped).spec;
    expect(describeDifference(stopped.allocation.spec, next).filter((part) => part.restartNeeded)).toEqual(
      [],
    );
  });

  it('calls a new part under an old name replaced', () => {
    const old = { ...spec, servers: spec.servers.filter(({ name }) => name === 'db') };
    const renumbered = {
      ...old,
      servers: old.servers.map((server) => ({ ...server, id: vserverIdOf(VSYS, 9) })),
    };
    const found = describeDifference(old, renumbered).filter(({ kind }) => kind === 'vserver');
    expect(found).toMatchObject([{ part: vserverIdOf(VSYS, 9), name: 'db', change: 'replaced' }]);
  });
});
