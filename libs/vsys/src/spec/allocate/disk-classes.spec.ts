import { describe, expect, it } from 'vitest';
import { SR, allocateNext, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { srUuid } from '../../ids.js';
import { designOf } from '../bind/bind-parameters.js';
import { describeDifference } from '../change/describe-difference.js';
import type { VsysDesign } from '../bind/vsys-design.js';

const FAST = srUuid('00000000-0000-4000-8000-00000000fa57');
const RESERVED = {
  srs: new Map([['fast', FAST]]),
  systemPlaces: [{ image: 'debian-13', diskClass: 'fast', sr: FAST }],
};
const design = (app: object, data: object = { size: 5 }): VsysDesign =>
  designOf(
    smallDocument({
      vservers: {
        app: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }], ...app },
      },
      vdisks: { data },
    }),
    {},
  );

describe('disks of a class', () => {
  const classed = design(
    { systemDiskClass: 'fast', disks: [{ name: 'log', size: 2, class: 'fast' }] },
    { size: 5, class: 'standard' },
  );

  it('go to the storage that was chosen for it', () => {
    const { spec } = allocateNext(classed, undefined, {}, RESERVED);
    expect(spec.servers).toMatchObject([{ systemSr: FAST, systemDiskClass: 'fast' }]);
    expect(spec.disks.map(({ name, sr, diskClass }) => [name, sr, diskClass])).toEqual([
      ['app-log', FAST, 'fast'],
      ['data', SR, 'standard'],
    ]);
  });

  it('stay where they are, and where the class of an image is, no storage is named', () => {
    const first = { allocation: allocateNext(classed, undefined, {}, RESERVED), design: classed };
    const next = allocateNext(classed, first);
    expect(next.spec.servers[0]?.systemSr).toBe(FAST);
    expect(next.spec.disks).toEqual(first.allocation.spec.disks);
    expect(
      describeDifference(first.allocation.spec, next.spec).every(({ change }) => change === 'unchanged'),
    ).toBe(true);
    expect(allocateNext(design({ systemDiskClass: 'standard' })).spec.servers[0]).not.toHaveProperty(
      'systemSr',
    );
  });

  it('cannot change it, but may say the standard one or not', () => {
    const plain = design({});
    const first = { allocation: allocateNext(plain), design: plain };
    const standard = design({ systemDiskClass: 'standard' }, { size: 5, class: 'standard' });
    expect(allocateNext(standard, first).spec.disks[0]?.sr).toBe(SR);
    const moved = design({ systemDiskClass: 'fast' }, { size: 5, class: 'fast' });
    const { violations } = refusalOf(() => allocateNext(moved, first));
    expect(violations.map(({ pointer }) => pointer)).toEqual([
      '/vdisks/data/class',
      '/vservers/app/systemDiskClass',
    ]);
  });

  it('are refused where there is no such storage', () => {
    expect(refusalOf(() => allocateNext(classed)).code).toBe('no-capacity');
  });
});
