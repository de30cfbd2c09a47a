/** The kinds of stored things: which there are, where they are, and what of them can never be used. */
import { DomainError } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import type { Input } from '../read/input.js';
import { ASPECTS } from '../words/aspects.js';
import { gibOfKilobytes, kilobytesOfGib } from '../words/units.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { storedFace, type StoredKind } from './stored.js';

/** GiB of the volume configurations that are always there. */
const SIZES_GIB = [10, 20, 50, 100, 500, 1_000];
const VOLUME_CONFIGS = 'volume_configurations';

async function sizes(): Promise<readonly Representation[]> {
  return SIZES_GIB.map((gib) => ({
    type: 'VolumeConfiguration' as const,
    id: `${VOLUME_CONFIGS}/${gib}gib`,
    attributes: { name: `${gib} GiB`, type: 'mapped', capacity: kilobytesOfGib(gib) },
    operations: [],
  }));
}

async function aspects(): Promise<readonly Representation[]> {
  return ASPECTS.map(({ name, units }) => ({
    type: 'MeterConfiguration' as const,
    id: `meter_configurations/${name}`,
    attributes: {
      name,
      aspect: `aspect/${name}`,
      units,
      sampleInterval: 60,
      timeScope: 'Point',
      isContinuous: true,
    },
    operations: [],
  }));
}

async function kindsOfNetworks(): Promise<readonly Representation[]> {
  return [
    {
      type: 'NetworkConfiguration',
      id: 'network_configurations/private',
      attributes: { name: 'private', networkType: 'PRIVATE', mtu: 1_500 },
      operations: [],
    },
  ];
}

function requireCapacity({ capacity }: Input): void {
  if (typeof capacity === 'number' && capacity > 0 && gibOfKilobytes(capacity) >= 1) return;
  throw new DomainError('invalid-request', 'A volume configuration needs a capacity.', {
    pointer: '/capacity',
    remedy: 'Send kilobytes of 1000 bytes.',
  });
}

const KINDS: Readonly<Record<string, StoredKind>> = Object.fromEntries(
  (
    [
      ['MachineTemplate', 'machine_templates', {}],
      ['CredentialTemplate', 'credential_templates', {}],
      ['VolumeTemplate', 'volume_templates', {}],
      ['VolumeConfiguration', VOLUME_CONFIGS, { builtIn: sizes, check: requireCapacity }],
      ['NetworkTemplate', 'network_templates', {}],
      ['NetworkConfiguration', 'network_configurations', { builtIn: kindsOfNetworks }],
      ['NetworkPortTemplate', 'network_port_templates', {}],
      ['NetworkPortConfiguration', 'network_port_configurations', {}],
      ['AddressTemplate', 'address_templates', {}],
      ['ForwardingGroupTemplate', 'forwarding_group_templates', {}],
      ['MeterTemplate', 'meter_templates', {}],
      ['MeterConfiguration', 'meter_configurations', { builtIn: aspects }],
      ['EventLogTemplate', 'event_log_templates', {}],
    ] as const satisfies readonly (readonly [TypeName, string, Partial<StoredKind>])[]
  ).map(([type, path, more]) => [path, { type, path, ...more }]),
);

export const STORED_FACES: Readonly<Record<string, (context: CimiContext) => CollectionFace>> =
  Object.fromEntries(
    Object.entries(KINDS).map(([path, kind]) => [path, (context: CimiContext) => storedFace(context, kind)]),
  );
