/** A catalogue, reservations and descriptors for tests of libs/vsys/src/spec. */
import { readFileSync } from 'node:fs';
import { DomainError } from '../src/errors.js';
import { srUuid, vsysId } from '../src/ids.js';
import type { ModuleRenderer } from '../src/ports/module-renderer.port.js';
import { allocate } from '../src/spec/allocate/allocate.js';
import {
  NO_NUMBERS,
  type Allocation,
  type AllocationContext,
  type Catalog,
  type Reserved,
} from '../src/spec/allocate/allocation.js';
import { needs } from '../src/spec/allocate/match-parts.js';
import type { VsysDesign } from '../src/spec/bind/vsys-design.js';
import { READABLE_SEALER } from './readable-sealer.js';

export const VSYS = vsysId('ACME0001-7K2M9QXPA');
export const SR = srUuid('5f0c2f7e-3a0e-4a57-8f0c-0123456789ab');

export const libraryText = (name: string): string =>
  readFileSync(new URL(`../../../descriptors/${name}`, import.meta.url), 'utf8');

export const CATALOG: Catalog = {
  serverTypes: [
    { name: 'standard.tiny', vcpus: 1, memoryMiB: 1024, kind: 'server' },
    { name: 'standard.small', vcpus: 1, memoryMiB: 2048, kind: 'server' },
    { name: 'standard.medium', vcpus: 2, memoryMiB: 4096, kind: 'server' },
    { name: 'standard.large', vcpus: 4, memoryMiB: 8192, kind: 'server' },
    { name: 'standard.old', vcpus: 1, memoryMiB: 512, kind: 'server', deprecated: true },
    { name: 'efm.small', vcpus: 1, memoryMiB: 1024, kind: 'efm' },
    { name: 'efm.large', vcpus: 2, memoryMiB: 2048, kind: 'efm' },
  ],
  images: [
    { name: 'debian-13', systemDiskGiB: 4 },
    { name: 'ubuntu-24.04', systemDiskGiB: 4 },
    { name: 'windows-2025', systemDiskGiB: 40, minMemoryMiB: 4096 },
  ],
  efm: { image: { name: 'openvsys-efm', systemDiskGiB: 2 }, defaultType: 'efm.small' },
};

/** Shows its input instead of a native configuration. */
export const PLAIN_MODULES: ModuleRenderer = {
  validate: () => [],
  advise: () => [],
  render: (input) => ({
    kind: input.kind,
    format: 1,
    files: { 'input.json': JSON.stringify(input) },
    programs: [],
    interfaces: [],
    routes: [],
    forwarding: false,
    secrets: [],
    probes: [],
    pair: null,
    hash: JSON.stringify(input),
  }),
};

/** Counts on, so that no two changes get the same VLAN, MAC or address. */
let handedOut = 0;
const macOf = (n: number): string =>
  `02:00:00${[16, 8, 0].map((shift) => `:${((n >> shift) & 0xff).toString(16).padStart(2, '0')}`).join('')}`;

const applianceAddress = (n: number): string =>
  `100.${64 + ((n >> 16) & 0x3f)}.${(n >> 8) & 0xff}.${n & 0xff}`;

/** Allocates with exactly what `needs` asks for. */
export function allocateNext(
  design: VsysDesign,
  before?: { readonly allocation: Allocation; readonly design: VsysDesign },
  overrides: Partial<AllocationContext> = {},
  more: Partial<Reserved> = {},
): Allocation {
  const wanted = needs(design, before?.allocation.spec);
  const base = (handedOut += 1) * 1000;
  return allocate(design, {
    vsysId: VSYS,
    name: 'shop',
    generation: (before?.allocation.spec.generation ?? 0) + 1,
    catalog: CATALOG,
    numbers: before?.allocation.numbers ?? NO_NUMBERS,
    modules: PLAIN_MODULES,
    sealer: READABLE_SEALER,
    reserved: {
      vlans: Array.from({ length: wanted.vlans }, (_, index) => base + index),
      macs: Array.from({ length: wanted.macs }, (_, index) => macOf(base + index)),
      publicAddresses: Array.from({ length: wanted.publicAddresses }, (_, index) => `203.0.113.${index + 1}`),
      uplink: {
        applianceAddresses: Array.from({ length: wanted.applianceAddresses }, (_, index) =>
          applianceAddress(base + index),
        ),
        cidr: '100.64.0.0/10',
        gateway: '100.64.0.1',
      },
      sr: wanted.disks > 0 ? SR : null,
      ...more,
    },
    ...(before ? { previous: { spec: before.allocation.spec, design: before.design } } : {}),
    ...overrides,
  });
}

/** The DomainError that the function throws; fails when it throws none. */
export function refusalOf(action: () => unknown): DomainError {
  try {
    action();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('expected a DomainError, nothing was thrown');
}

/** A small descriptor as plain data; `changes` replaces whole sections. */
export function smallDocument(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: 'small', version: '1.0.0' },
    vnets: { lan: { cidr: '10.0.0.0/24' } },
    vservers: { app: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] } },
    ...changes,
  };
}
