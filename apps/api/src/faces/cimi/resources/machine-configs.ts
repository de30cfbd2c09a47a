/** MachineConfigurations: server types of the catalogue. They are the provider's. */
import type { ServerTypeRecord } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import type { Input } from '../read/input.js';
import { kibOfMib } from '../words/units.js';
import { unknown, type CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found } from './find.js';
import { CPU_ARCH } from './machine-views.js';
import { idOf, MACHINE_CONFIGS } from './paths.js';

export function machineConfigsFace(context: CimiContext): CollectionFace {
  const list = async () => (await serverTypes(context)).filter(({ deprecated }) => !deprecated).map(configOf);
  return {
    type: 'MachineConfiguration',
    path: MACHINE_CONFIGS,
    permission: 'catalog:read',
    list,
    get: async (id) =>
      found((await serverTypes(context)).map(configOf), 'MachineConfiguration', encodeURIComponent(id)),
  };
}

async function serverTypes(context: CimiContext): Promise<readonly ServerTypeRecord[]> {
  const types = await context.all((page) => context.use.catalog.listServerTypes(page));
  return types.filter(({ kind }) => kind === 'server');
}

function configOf({ name, vcpus, memoryMiB }: ServerTypeRecord): Representation {
  return {
    type: 'MachineConfiguration',
    id: `${MACHINE_CONFIGS}/${encodeURIComponent(name)}`,
    attributes: { name, cpu: vcpus, memory: kibOfMib(memoryMiB), cpuArch: CPU_ARCH },
    operations: [],
  };
}

/** The server type that a machineConfig means: named, or of exactly this size. Throws `invalid-request`. */
export async function serverTypeOf(context: CimiContext, config: Input): Promise<string> {
  const types = await serverTypes(context);
  const { href } = config;
  if (typeof href === 'string') {
    const name = decodeURIComponent(idOf(href));
    const named = types.find((type) => type.name === name);
    if (named === undefined) throw unknown('MachineConfiguration', name);
    return config['cpu'] === undefined && config['memory'] === undefined
      ? named.name
      : sizedType(types, { cpu: named.vcpus, memory: kibOfMib(named.memoryMiB), ...config });
  }
  return sizedType(types, config);
}

/** The smallest server type that has at least this. */
export function sizedType(types: readonly ServerTypeRecord[], { cpu, memory }: Input): string {
  const cpus = typeof cpu === 'number' ? cpu : 0;
  const kib = typeof memory === 'number' ? memory : 0;
  const [best] = types
    .filter((type) => !type.deprecated && type.vcpus >= cpus && kibOfMib(type.memoryMiB) >= kib)
    .toSorted((left, right) => left.memoryMiB - right.memoryMiB || left.vcpus - right.vcpus);
  if (best !== undefined && (cpus > 0 || kib > 0)) return best.name;
  throw new DomainError(
    'invalid-request',
    'No machine configuration has that many processors and so much memory.',
    {
      pointer: '/machineTemplate/machineConfig',
      remedy: 'Take one of the machineConfigs.',
    },
  );
}

export async function typeOfSize(context: CimiContext, size: Input): Promise<string> {
  return sizedType(await serverTypes(context), size);
}
