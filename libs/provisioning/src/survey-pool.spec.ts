import { NO_NUMBERS, poolId, vserverId, vsysId, type PartNumbers, type SurveyedObject } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { surveyFindings, unknownPartsOf, type SurveyInput } from './survey-pool.js';

const POOL = poolId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11');
const OTHER_POOL = poolId('019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c12');
const SYSTEM = vsysId('DEMO0001-AAAAAAAAA');
const SERVER = vserverId(`${SYSTEM}-S-0001`);
const DELETED = new Date('2026-05-01T10:00:00Z');

const vm = (more: Partial<SurveyedObject> = {}): SurveyedObject => ({
  class: 'VM',
  uuid: 'u-1',
  vsys: SYSTEM,
  part: SERVER,
  genuine: true,
  name: SERVER,
  attachedTo: null,
  inUse: false,
  ...more,
});
const survey = (more: Partial<SurveyInput> = {}) =>
  surveyFindings({ poolId: POOL, objects: [], systems: [], parts: [], ...more });
const living = { id: SYSTEM, poolId: POOL, deletedAt: null };

describe('the survey of a pool', () => {
  it('has nothing to say about what belongs to a living system', () => {
    expect(survey({ objects: [vm()], systems: [living] })).toEqual([]);
  });

  it('proves an orphan only by a system that is known to be deleted', () => {
    const deleted = { ...living, deletedAt: DELETED };
    expect(survey({ objects: [vm()], systems: [deleted] })).toMatchObject([
      { kind: 'orphan', removable: true },
    ]);
    expect(survey({ objects: [vm({ inUse: true })], systems: [deleted] })).toMatchObject([
      { kind: 'orphan', removable: false, reason: expect.stringContaining('in use') as string },
    ]);
    expect(survey({ objects: [vm()] })).toMatchObject([{ kind: 'orphan', removable: false }]);
    expect(survey({ objects: [vm()], systems: [{ ...deleted, poolId: OTHER_POOL }] })).toMatchObject([
      { kind: 'orphan', removable: false, reason: expect.stringContaining('another pool') as string },
    ]);
  });

  it('tells what a living system has never had, and leaves it to a person', () => {
    const restored = { ...living, numbers: { ...NO_NUMBERS, server: 1 } };
    const young = vm({ uuid: 'u-2', part: vserverId(`${SYSTEM}-S-0002`) });
    expect(survey({ objects: [vm(), young], systems: [restored] })).toMatchObject([
      { kind: 'orphan', uuid: 'u-2', removable: false, reason: expect.stringContaining('older') as string },
    ]);
  });

  it('names what was never given out for a living system once, so that its numbers are passed over', () => {
    const young = vserverId(`${SYSTEM}-S-0002`);
    const objects = [vm(), vm({ uuid: 'u-2', part: young })];
    const ask = (numbers: PartNumbers) =>
      unknownPartsOf({ poolId: living.poolId, objects, systems: [{ ...living, numbers }] });
    expect(ask({ ...NO_NUMBERS, server: 1 })).toEqual([{ vsysId: SYSTEM, parts: [young] }]);
    expect(ask({ ...NO_NUMBERS, server: 2 })).toEqual([]);
    expect(ask({ ...NO_NUMBERS, server: 1, passedOver: [young] })).toEqual([]);
    const later = { ...living, numbers: { ...NO_NUMBERS, server: 3, passedOver: [young] } };
    expect(survey({ objects, systems: [later] })).toMatchObject([{ kind: 'orphan', uuid: 'u-2' }]);
  });

  it('never calls a copy, a twin or a stranger removable', () => {
    const objects = [
      vm(),
      vm({ uuid: 'u-2' }),
      vm({ uuid: 'u-3', genuine: false }),
      vm({ uuid: 'u-4', class: 'VDI', genuine: false, attachedTo: SERVER }),
    ];
    const found = survey({ objects, systems: [living] });
    expect(found.map(({ kind, uuid }) => `${kind} ${uuid}`)).toEqual([
      'twin u-1',
      'twin u-2',
      'copy u-3',
      'foreign u-4',
    ]);
    expect(found.every(({ removable }) => !removable)).toBe(true);
  });

  it('misses parts that were built and are not there, and not those that are', () => {
    const part = { class: 'vserver', id: SERVER, name: 'web-1', vsysId: SYSTEM } as const;
    expect(survey({ objects: [vm()], systems: [living], parts: [part] })).toEqual([]);
    const gone = survey({ systems: [living], parts: [part] });
    expect(gone).toMatchObject([{ kind: 'missing', uuid: SERVER, removable: false }]);
    // A copy of it does not stand for it.
    expect(survey({ objects: [vm({ genuine: false })], systems: [living], parts: [part] })).toMatchObject([
      { kind: 'copy' },
      { kind: 'missing' },
    ]);
  });
});
