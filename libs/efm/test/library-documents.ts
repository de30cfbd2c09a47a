/** The EFM configurations of all descriptors in `descriptors/`, made with the real renderer. */
import { readFileSync, readdirSync } from 'node:fs';
import {
  NO_NUMBERS,
  allocate,
  bindParameters,
  needs,
  parseDescriptor,
  sealedText,
  srUuid,
  vsysId,
  type Catalog,
  type EfmConfig,
} from '@openvsys/vsys';
import { moduleRenderer } from '../src/index.js';

const folder = new URL('../../../descriptors/', import.meta.url);
const server = (name: string) => ({ name, vcpus: 1, memoryMiB: 4096, kind: 'server' as const });
const CATALOG: Catalog = {
  serverTypes: [
    ...['standard.tiny', 'standard.small', 'standard.medium'].map(server),
    { ...server('efm.small'), kind: 'efm' },
    { ...server('efm.large'), kind: 'efm' },
  ],
  images: [{ name: 'debian-13', systemDiskGiB: 4 }],
  efm: { image: { name: 'openvsys-efm', systemDiskGiB: 2 }, defaultType: 'efm.small' },
};

export function libraryDocuments(): EfmConfig[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.flatMap((name) => documentsOf(readFileSync(new URL(name, folder), 'utf8')));
}

function documentsOf(text: string): readonly EfmConfig[] {
  const descriptor = parseDescriptor(text);
  const hasSecret = descriptor.parameters?.['dbPassword'] !== undefined;
  const design = bindParameters(descriptor, hasSecret ? { dbPassword: 'correct-horse-1' } : {});
  const wanted = needs(design);
  const list = <T>(length: number, make: (index: number) => T) =>
    Array.from({ length }, (_, index) => make(index));
  return allocate(design, {
    vsysId: vsysId('ACME0001-7K2M9QXPA'),
    name: 'library',
    generation: 1,
    catalog: CATALOG,
    numbers: NO_NUMBERS,
    modules: moduleRenderer,
    // No document of an EFM holds a secret of a server, so nothing has to be opened again.
    sealer: { seal: (text) => sealedText(btoa(encodeURIComponent(text))), open: () => '' },
    reserved: {
      vlans: list(wanted.vlans, (index) => 100 + index),
      macs: list(wanted.macs, (index) => `02:00:00:00:00:${String(index + 10)}`),
      publicAddresses: list(wanted.publicAddresses, (index) => `203.0.113.${index + 1}`),
      sr: srUuid('5f0c2f7e-3a0e-4a57-8f0c-0123456789ab'),
    },
  }).efmConfigs;
}
