/** What holds for every edit of a part, on random systems. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { descriptors } from '../../../test/random-descriptors.js';
import { allocateNext } from '../../../test/spec-fixtures.js';
import { DomainError } from '../../errors.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { descriptorOf } from '../parse/parse-descriptor.js';
import { isVNet, type VsysSpec } from '../vsys-spec.js';
import { withDisk, withDiskAt, withGrownDisk, withoutDisk } from './disks.js';
import { withNet, withoutNet } from './networks.js';
import { withNic, withoutNic } from './nics.js';
import { withChangedServer, withoutServer, withServers } from './servers.js';
import { sourceOfDraft, type SystemDraft, type SystemSource } from './system-draft.js';

/** One wish about the n-th part of its kind; undefined when there is none. */
type Wish = (source: SystemSource, spec: VsysSpec, n: number) => SystemDraft | undefined;

const pick = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(all.length, 1)];
const serverIn = (spec: VsysSpec, n: number) =>
  pick(
    spec.servers.filter(({ kind }) => kind === 'server'),
    n,
  );

const WISHES: Readonly<Record<string, Wish>> = {
  'a server': (source, spec, n) => {
    const net = pick(spec.nets, n)?.name;
    const wish = { name: `new${n}`, type: 'standard.small', image: 'debian-13', count: (n % 3) + 1 };
    return net === undefined ? undefined : withServers(source, { ...wish, nics: [{ vnet: net }] });
  },
  'another type': (source, spec, n) => {
    const server = serverIn(spec, n);
    return server && withChangedServer(source, server.name, { type: 'standard.medium' });
  },
  'a server less': (source, spec, n) => {
    const server = serverIn(spec, n);
    return server && withoutServer(source, server.name, n % 2 === 0 ? 'keep' : 'delete');
  },
  'a disk': (source, spec, n) => {
    const server = serverIn(spec, n)?.name;
    return withDisk(source, { name: `disk${n}`, sizeGiB: 3, ...(server === undefined ? {} : { server }) });
  },
  'a disk elsewhere': (source, spec, n) => {
    const disk = pick(spec.disks, n);
    return disk && withDiskAt(source, disk.name, n % 2 === 0 ? null : (serverIn(spec, n)?.name ?? null));
  },
  'a larger disk': (source, spec, n) => {
    const disk = pick(spec.disks, n);
    return disk && withGrownDisk(source, disk.name, disk.sizeGiB + 1);
  },
  'a disk less': (source, spec, n) => {
    const disk = pick(spec.disks, n);
    return disk && withoutDisk(source, disk.name);
  },
  'a card': (source, spec, n) => {
    const [server, net] = [serverIn(spec, n), pick(spec.nets, n)];
    return server && net && withNic(source, server.name, { vnet: net.name });
  },
  'a card less': (source, spec, n) => {
    const server = serverIn(spec, n);
    const nics = (server?.nics ?? []).filter(({ net }) => isVNet(net));
    const addresses = nics.map(({ ipv4 }) => ipv4);
    return server && withoutNic(source, server.name, n % Math.max(nics.length, 1), addresses);
  },
  'a net': (source, _spec, n) =>
    withNet(source, { name: `net${n}`, cidr: `10.77.${n}.0/24`, gateway: n % 2 === 0 ? 'none' : 'firewall' }),
  'a net less': (source, spec, n) => {
    const net = pick(spec.nets, n);
    return net && withoutNet(source, net.name);
  },
};

const wishes = fc.array(
  fc.record({ what: fc.constantFrom(...Object.keys(WISHES)), n: fc.nat({ max: 40 }) }),
  { minLength: 1, maxLength: 12 },
);

/** The id that such a wish takes away. */
function goneBy(what: string, spec: VsysSpec, n: number): string | undefined {
  const server = serverIn(spec, n);
  const nics = (server?.nics ?? []).filter(({ net }) => isVNet(net));
  const gone: Readonly<Record<string, { readonly id: string } | undefined>> = {
    'a server less': server,
    'a disk less': pick(spec.disks, n),
    'a card less': pick(nics, n),
    'a net less': pick(spec.nets, n),
  };
  return gone[what]?.id;
}

/** Names of parts with their ids: of those that are in both, none may differ. */
const idsOf = ({ servers, disks, nets, publicIps }: VsysSpec) =>
  new Map([...servers, ...disks, ...nets, ...publicIps].map(({ id, name }) => [name, id as string]));
const addressesOf = ({ servers }: VsysSpec) =>
  new Map(servers.flatMap(({ nics }) => nics.map(({ id, ipv4, mac }) => [id, `${mac} ${ipv4}`] as const)));

function keepsTheRest(before: VsysSpec, after: VsysSpec): void {
  const present = idsOf(after);
  for (const [name, id] of idsOf(before)) if (present.has(name)) expect(present.get(name)).toBe(id);
  const addresses = addressesOf(after);
  for (const [nic, address] of addressesOf(before)) {
    if (addresses.has(nic)) expect(addresses.get(nic)).toBe(address);
  }
}

describe('any sequence of edits', () => {
  test.prop([descriptors, wishes], { numRuns: 40 })(
    'is refused or leaves every other part with its id, its addresses and its hardware address',
    (descriptor, sequence) => {
      let source: SystemSource = { descriptor, values: {} };
      let design = bindParameters(descriptor, {});
      let allocation = allocateNext(design);
      for (const { what, n } of sequence) {
        try {
          const draft = WISHES[what]?.(source, allocation.spec, n);
          if (draft === undefined) continue;
          const next = sourceOfDraft(draft);
          // What was accepted can be stored and read again.
          expect(descriptorOf(JSON.parse(JSON.stringify(next.descriptor)))).toEqual(next.descriptor);
          const nextDesign = bindParameters(next.descriptor, next.values);
          const after = allocateNext(nextDesign, { allocation, design });
          keepsTheRest(allocation.spec, after.spec);
          const gone = goneBy(what, allocation.spec, n);
          expect([...idsOf(after.spec).values(), ...addressesOf(after.spec).keys()]).not.toContain(gone);
          [source, design, allocation] = [next, nextDesign, after];
        } catch (error) {
          if (!(error instanceof DomainError) || error.code === 'internal') throw error;
        }
      }
    },
  );
});
