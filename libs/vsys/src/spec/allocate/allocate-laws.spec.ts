import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { descriptors } from '../../../test/random-descriptors.js';
import { allocateNext } from '../../../test/spec-fixtures.js';
import { ANY_IPV4, sharedIpv4 } from '../any-address.js';
import { bindParameters } from '../bind/bind-parameters.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { describeDifference } from '../change/describe-difference.js';
import { DomainError } from '../../errors.js';
import { ipv4Range, ipv4ToNumber } from '../ipv4.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import { printDescriptor } from '../parse/print-descriptor.js';
import { isVNet, type VsysSpec } from '../vsys-spec.js';
import type { Allocation } from './allocation.js';

interface Step {
  readonly design: VsysDesign;
  readonly allocation: Allocation;
}

/** Carries out the changes one after the other; those that would lose data are refused and left out. */
function history(designs: readonly VsysDesign[]): Step[] {
  const steps: Step[] = [];
  for (const design of designs) {
    try {
      steps.push({ design, allocation: allocateNext(design, steps.at(-1)) });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'conflict') throw error;
    }
  }
  return steps;
}

/** As it comes back from a store that keeps the keys of an object in an order of its own. */
const stored = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(stored);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, stored(each)]),
  );
};

const designs = descriptors.map((descriptor) => bindParameters(descriptor, {}));
const histories = fc.array(designs, { minLength: 1, maxLength: 6 }).map(history);
const partsOf = (spec: VsysSpec) => [
  ...spec.nets,
  ...spec.servers,
  ...spec.servers.flatMap(({ nics }) => nics),
  ...spec.disks,
  ...spec.publicIps,
];
const pairs = (steps: readonly Step[]) =>
  steps.slice(1).map((next, index) => [steps[index]!.allocation.spec, next.allocation.spec] as const);

describe('descriptors', () => {
  test.prop([descriptors])('survive being printed and parsed', (descriptor) => {
    expect(parseDescriptor(printDescriptor(descriptor))).toEqual(descriptor);
    expect(parseDescriptor(printDescriptor(descriptor, 'json'))).toEqual(descriptor);
  });
});

describe('allocation', () => {
  test.prop([histories])('gives every NIC an address of its own inside its VNet', (steps) => {
    for (const { spec } of steps.map(({ allocation }) => allocation)) {
      const nics = spec.servers.flatMap(({ kind, role, nics }) =>
        nics.map((nic) => ({ ...nic, kind, role })),
      );
      const shared = nics.flatMap(({ net, role, alsoIpv4 = [] }) =>
        isVNet(net)
          ? alsoIpv4.filter((also) => also !== ANY_IPV4).map((address) => `${net} ${address} ${role}`)
          : [],
      );
      const taken = [...new Set(shared)].map((text) => text.split(' ').slice(0, 2).join(' '));
      const all = [...nics.map(({ net, ipv4 }) => `${net} ${ipv4}`), ...taken];
      expect(new Set(all).size).toBe(all.length);
      expect(new Set(nics.map(({ mac }) => mac)).size).toBe(nics.length);
      for (const { net, ipv4, alsoIpv4, kind } of nics) {
        if (!isVNet(net)) continue;
        const address = sharedIpv4({ alsoIpv4: alsoIpv4 ?? [] }) ?? ipv4;
        const range = ipv4Range(spec.nets.find(({ id }) => id === net)!.cidr);
        const value = ipv4ToNumber(ipv4);
        expect(value > range.network && value < range.broadcast).toBe(true);
        expect(ipv4ToNumber(address) === range.gateway).toBe(kind === 'firewall');
      }
    }
  });

  test.prop([histories])('never gives a VLAN or an id to two parts', (steps) => {
    for (const { spec } of steps.map(({ allocation }) => allocation)) {
      const ids = partsOf(spec).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(spec.nets.map(({ vlan }) => vlan)).size).toBe(spec.nets.length);
    }
  });

  test.prop([histories])('never uses the number of a server or disk for another name', (steps) => {
    const names = new Map<string, string>();
    for (const { spec } of steps.map(({ allocation }) => allocation)) {
      for (const { id, name } of [...spec.servers, ...spec.disks]) {
        expect(names.get(id) ?? name).toBe(name);
        names.set(id, name);
      }
    }
  });

  test.prop([histories])('keeps id, MAC, address and VLAN of what lives on', (steps) => {
    for (const [before, after] of pairs(steps)) {
      for (const server of after.servers) {
        const old = before.servers.find(({ name, kind }) => name === server.name && kind === server.kind);
        if (old) expect(server.id).toBe(old.id);
        for (const nic of server.nics) {
          const same = old?.nics.find(({ id, net }) => id === nic.id && net === nic.net);
          if (!same) continue;
          expect([nic.mac, nic.device]).toEqual([same.mac, same.device]);
          // An EFM that becomes a pair, or alone again, stays where it was for everybody else.
          const isAlike = (sharedIpv4(nic) === undefined) === (sharedIpv4(same) === undefined);
          if (isAlike || !isVNet(nic.net)) expect(nic.ipv4).toBe(same.ipv4);
          else expect(sharedIpv4(nic) ?? nic.ipv4).toBe(sharedIpv4(same) ?? same.ipv4);
        }
      }
      for (const net of after.nets) {
        const old = before.nets.find(({ name }) => name === net.name);
        if (old) expect(net.vlan).toBe(old.vlan);
      }
    }
  });

  test.prop([histories])('does not give away in a change what the change sets free', (steps) => {
    for (const [before, after] of pairs(steps)) {
      const owner = new Map(
        before.servers.flatMap(({ nics }) =>
          nics.map(({ id, net, ipv4 }) => [`${net} ${ipv4}`, id] as const),
        ),
      );
      for (const { id, net, ipv4 } of after.servers.flatMap(({ nics }) => nics)) {
        const isGateway = ipv4.endsWith('.0.1');
        if (!isGateway) expect(owner.get(`${net} ${ipv4}`) ?? id).toBe(id);
      }
    }
  });

  test.prop([designs])('of the same design changes nothing', (design) => {
    const first = { design, allocation: allocateNext(design) };
    const second = allocateNext(design, first);
    expect(second.spec).toEqual({ ...first.allocation.spec, generation: 2 });
    expect(second.numbers).toEqual(first.allocation.numbers);
    expect(second.efmConfigs).toEqual([]);
    const changes = describeDifference(stored(first.allocation.spec) as VsysSpec, second.spec).map(
      ({ change }) => change,
    );
    expect(changes.every((change) => change === 'unchanged')).toBe(true);
  });

  test.prop([histories])('can be described: every part of both specs exactly once', (steps) => {
    for (const [before, after] of pairs(steps)) {
      const found = describeDifference(before, after);
      const ids = found.map(({ part }) => part);
      expect(new Set(ids).size).toBe(ids.length);
      const present = found.filter(({ change }) => change !== 'removed').map(({ part }) => part);
      expect(new Set(present)).toEqual(new Set(partsOf(after).map(({ id }) => id)));
    }
  });

  test.prop([designs])('holds guest values that fit xenstore', (design) => {
    for (const { guestData } of allocateNext(design).spec.servers) {
      for (const [key, value] of Object.entries(guestData)) {
        expect(key).toMatch(/^[a-z0-9/-]+$/);
        if (!key.includes('hash')) expect(new TextEncoder().encode(value).length).toBeLessThanOrEqual(2048);
      }
    }
  });
});
