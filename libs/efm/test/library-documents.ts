/** The EFM configurations of all descriptors in `descriptors/`, made with the real renderer. */
import { readFileSync, readdirSync } from 'node:fs';
import {
  NO_NUMBERS,
  allocate,
  bindParameters,
  needs,
  parseDescriptor,
  srUuid,
  vsysId,
  type Allocation,
  type AllocationContext,
  type Catalog,
  type EfmConfig,
  type TextSealer,
  type VsysDesign,
} from '@openvsys/vsys';
import { moduleRenderer } from '../src/index.js';
import { KEYS, TLS } from './module-inputs.js';

const folder = new URL('../../../descriptors/', import.meta.url);
const server = (name: string) => ({ name, vcpus: 4, memoryMiB: 8192, kind: 'server' as const });
const CATALOG: Catalog = {
  serverTypes: [
    ...['standard.tiny', 'standard.small', 'standard.medium', 'standard.large'].map(server),
    { ...server('efm.small'), kind: 'efm' },
    { ...server('efm.large'), kind: 'efm' },
  ],
  images: ['debian-13', 'windows-2025'].map((name) => ({ name, systemDiskGiB: 4 })),
  efm: { image: { name: 'openvsys-efm', systemDiskGiB: 2 }, defaultType: 'efm.small' },
};

/** What the descriptors of the library ask for, and what a test can give. */
const VALUES: Readonly<Record<string, string>> = {
  dbPassword: 'correct-horse-1',
  adminPassword: 'Correct-Horse-1',
  runnerToken: 'runner-token-0123456789',
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl staff',
  certificate: TLS.certificates[0]?.certificate ?? '',
  privateKey: TLS.keys.www,
  vpnKey: KEYS.private,
  staffKey: KEYS.peer,
  siteKey: KEYS.other,
};

/** Seals by saying what it is. */
const PLAIN_SEALER: TextSealer = {
  seal: (text) => `sealed:v1:${Buffer.from(text).toString('base64')}`,
  open: (text) => Buffer.from(text.slice('sealed:v1:'.length), 'base64').toString(),
};

/** Texts of the secret files of a configuration that was made here. */
export const openedSecrets = ({ secrets, server }: EfmConfig): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([file, text]) => [file, PLAIN_SEALER.open(text, server)]));

export const libraryNames = (): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.yaml'));

export function libraryDocuments(): readonly EfmConfig[] {
  return libraryNames().flatMap(
    (name) => allocationOf(readFileSync(new URL(name, folder), 'utf8')).efmConfigs,
  );
}

export const libraryText = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

export function designOfText(text: string): VsysDesign {
  const descriptor = parseDescriptor(text);
  const asked = Object.keys(descriptor.parameters ?? {});
  const values = Object.fromEntries(Object.entries(VALUES).filter(([name]) => asked.includes(name)));
  return bindParameters(descriptor, values);
}

/** A whole allocation of a descriptor with the real modules, as the API makes it at `at`. */
export const allocationOf = (text: string, at = new Date('2027-01-01')): Allocation =>
  allocationOfDesign(designOfText(text), at);

export function allocationOfDesign(
  design: VsysDesign,
  at: Date,
  previous?: AllocationContext['previous'],
): Allocation {
  const wanted = needs(design, previous?.spec);
  const list = <T>(length: number, make: (index: number) => T) =>
    Array.from({ length }, (_, index) => make(index));
  return allocate(design, {
    vsysId: vsysId('ACME0001-7K2M9QXPA'),
    name: 'library',
    generation: previous === undefined ? 1 : previous.spec.generation + 1,
    catalog: CATALOG,
    numbers: NO_NUMBERS,
    ...(previous === undefined ? {} : { previous }),
    modules: moduleRenderer,
    sealer: PLAIN_SEALER,
    at,
    reserved: {
      vlans: list(wanted.vlans, (index) => 100 + index),
      macs: list(wanted.macs, (index) => `02:00:00:00:00:${String(index + 10)}`),
      ranges: wanted.autoRanges.map((_bits, index) => `172.20.${index}.0/24`),
      publicAddresses: list(wanted.publicAddresses, (index) => `203.0.113.${index + 1}`),
      uplink: {
        applianceAddresses: list(wanted.applianceAddresses, (index) => `100.64.0.${index + 2}`),
        cidr: '100.64.0.0/16',
        gateway: '100.64.0.1',
      },
      sr: srUuid('5f0c2f7e-3a0e-4a57-8f0c-0123456789ab'),
    },
  });
}
