import { describe, expect, it } from 'vitest';
import { allocateNext, smallDocument } from '../../../test/spec-fixtures.js';
import { designOf } from '../../spec/bind/bind-parameters.js';
import type { VsysSpec } from '../../spec/vsys-spec.js';
import { vsysId } from '../../ids.js';
import { checkJoin, type JoinSide } from './check-join.js';

const specOf = (cidr: string, changes: object = {}): VsysSpec =>
  allocateNext(
    designOf(smallDocument({ vnets: { lan: { cidr } }, efms: { fw: { kind: 'firewall' } }, ...changes }), {}),
  ).spec;
const side = (pointer: string, spec: VsysSpec, remotes: readonly string[] = []): JoinSide => ({
  spec,
  vnet: spec.nets[0]!.id,
  pointer,
  remotes,
});
const own = specOf('10.1.0.0/24');
const renamed = (spec: VsysSpec): VsysSpec => ({ ...spec, vsysId: vsysId('DEMO0001-OTHER0001') });
const other = renamed(specOf('10.2.0.0/24'));
const check = (from: JoinSide, to: JoinSide, neighbour: 'same-zone' | 'elsewhere' = 'same-zone') => {
  try {
    checkJoin(from, to, neighbour);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('joining two VNets', () => {
  it('goes between systems with firewalls and ranges of their own', () => {
    expect(check(side('/from', own), side('/to', other))).toBeUndefined();
  });

  it.each([
    ['one system', side('/from', own), side('/to', own), 'same-zone', '/to', 'Write rules'],
    [
      'a side without a firewall',
      side('/from', own),
      side('/to', renamed(specOf('10.2.0.0/24', { efms: {} }))),
      'same-zone',
      '/to',
      'Add a firewall',
    ],
    [
      'a range that is the other’s too',
      side('/from', specOf('10.2.0.0/16')),
      side('/to', other),
      'same-zone',
      '/from',
      'ranges',
    ],
    [
      'a range that another connection leads to',
      side('/from', own, ['10.2.0.0/23']),
      side('/to', other),
      'same-zone',
      '/to',
      'ranges',
    ],
    [
      'zones apart without public addresses',
      side('/from', own),
      side('/to', other),
      'elsewhere',
      '/from',
      'public IP',
    ],
  ] as const)('refuses %s', (_, from, to, neighbour, pointer, remedy) => {
    expect(check(from, to, neighbour)).toMatchObject({
      code: 'conflict',
      pointer,
      remedy: expect.stringContaining(remedy),
    });
  });
});
