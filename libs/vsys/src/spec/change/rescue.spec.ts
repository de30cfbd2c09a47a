import { describe, expect, it } from 'vitest';
import { VSYS, allocateNext, libraryText, refusalOf } from '../../../test/spec-fixtures.js';
import { vserverIdOf } from '../../ids.js';
import { designOf } from '../bind/bind-parameters.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import type { VsysSpec } from '../vsys-spec.js';
import { describeDifference } from './describe-difference.js';
import { withPower } from './next-generation.js';
import { requireOwnSystem, withoutRescue, withRescue } from './rescue.js';

const design = designOf(parseDescriptor(libraryText('three-tier.yaml')), {});
const allocation = allocateNext(design);
const { spec } = allocation;
const WEB = vserverIdOf(VSYS, 3);
const serverIn = (of: VsysSpec) => of.servers.find(({ id }) => id === WEB)!;

describe('a server in rescue', () => {
  it('runs the image with what it is given, and then its own system as before', () => {
    const files = { 'user-data': 'mkfs', 'network-config': 'net' };
    const own = {
      ...spec,
      servers: spec.servers.map((server) =>
        server.id === WEB ? { ...server, configDrive: { files, version: 1 } } : server,
      ),
    };
    const rescued = withRescue(withPower(own, WEB, 'stopped'), WEB, 'mender');
    expect(serverIn(rescued)).toMatchObject({
      power: 'running',
      rescue: { image: 'mender', count: 3, drive: { version: 3, files: { 'network-config': 'net' } } },
    });
    // What the user data do to disks is not meant for this system.
    expect(serverIn(rescued).rescue?.drive?.files['user-data']).not.toContain('mkfs');
    const back = withoutRescue(withPower(rescued, WEB, 'stopped'), WEB);
    expect(serverIn(back)).toEqual(serverIn(own));
  });

  it('is told in the difference, with its restart', () => {
    const difference = describeDifference(spec, withRescue(spec, WEB, 'mender')).find(
      ({ part }) => part === WEB,
    );
    expect(difference).toMatchObject({
      change: 'changed',
      restartNeeded: true,
      fields: [{ field: 'rescue', from: null, to: 'mender' }],
    });
  });

  it('is refused to appliances, twice, and what needs the own system is refused meanwhile', () => {
    const [firewall] = spec.servers.filter(({ kind }) => kind === 'firewall');
    expect(refusalOf(() => withRescue(spec, firewall!.id, 'mender')).code).toBe('conflict');
    expect(refusalOf(() => withRescue(spec, vserverIdOf(VSYS, 99), 'mender')).code).toBe('not-found');
    expect(refusalOf(() => withoutRescue(spec, WEB)).code).toBe('conflict');
    const rescued = withRescue(spec, WEB, 'mender');
    expect(refusalOf(() => withRescue(rescued, WEB, 'mender')).message).toContain('in rescue');
    expect(refusalOf(() => requireOwnSystem(rescued, [WEB])).message).toContain('in rescue');
    expect(requireOwnSystem(rescued, [firewall!.id])).toBeUndefined();
  });

  it('stays in rescue when its system is changed, and a system that is made like it does not begin there', () => {
    const rescued = withRescue(spec, WEB, 'mender');
    const next = allocateNext(design, { design, allocation: { ...allocation, spec: rescued } }).spec;
    expect(serverIn(next).rescue).toEqual(serverIn(rescued).rescue);
    expect(allocateNext(design).spec.servers.some(({ rescue }) => rescue !== undefined)).toBe(false);
  });
});
