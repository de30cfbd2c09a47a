/** The sections of a descriptor with the names of all its parts, and every mention of them, behind a prefix. */
import { INTERNET } from '../checks/internet.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

type Data = Readonly<Record<string, unknown>>;

/** By field, in whatever place: which kind of part it names, alone or in a list. */
const NAMES: Readonly<Record<string, 'vnet' | 'part' | 'peer'>> = {
  vnet: 'vnet',
  vnets: 'vnet',
  connections: 'vnet',
  from: 'vnet',
  to: 'vnet',
  publicIp: 'part',
  server: 'part',
  members: 'part',
  sources: 'peer',
  destinations: 'peer',
  startAfter: 'part',
  apartFrom: 'part',
  nearTo: 'part',
};
/** Fields whose keys are names of servers. */
const KEYED: ReadonlySet<string> = new Set(['memberWeights', 'memberStates', 'servers']);
/** Networks stand beside names in rules, and parameters there are networks; no name begins with a digit. */
const isNetwork = (text: string): boolean => /^[0-9]|\$\{/.test(text);

export interface Renaming {
  readonly prefix: string;
  /** VNets that are others'. */
  readonly vnets: Readonly<Record<string, string>>;
}

export type Sections = Readonly<Record<'vnets' | 'publicIps' | 'efms' | 'vservers' | 'vdisks', Data>>;

export function prefixedParts(descriptor: Descriptor, { prefix, vnets }: Renaming): Sections {
  const vnetOf = (name: string): string => {
    if (name === INTERNET) return name;
    return Object.hasOwn(vnets, name) ? (vnets[name] ?? name) : `${prefix}-${name}`;
  };
  const partOf = (name: string): string => `${prefix}-${name}`;
  const renamed = (value: unknown, field?: string): unknown => {
    const kind = field === undefined ? undefined : NAMES[field];
    if (typeof value === 'string') {
      if (kind === undefined) return value;
      if (kind === 'vnet') return vnetOf(value);
      return kind === 'peer' && isNetwork(value) ? value : partOf(value);
    }
    if (Array.isArray(value)) return value.map((item) => renamed(item, field));
    if (typeof value !== 'object' || value === null) return value;
    const isKeyed = field !== undefined && KEYED.has(field);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) =>
        isKeyed ? [partOf(key), renamed(item)] : [key, renamed(item, key)],
      ),
    );
  };
  const section = (parts: Data | undefined, nameOf: (name: string) => string): Data =>
    Object.fromEntries(
      Object.entries(parts ?? {}).map(([name, part]) => [nameOf(name), renamed(part)] as const),
    );
  const own = Object.entries(descriptor.vnets).filter(([name]) => !Object.hasOwn(vnets, name));
  return {
    vnets: section(Object.fromEntries(own), vnetOf),
    publicIps: section(descriptor.publicIps, partOf),
    efms: section(descriptor.efms, partOf),
    vservers: section(descriptor.vservers, partOf),
    vdisks: section(descriptor.vdisks, partOf),
  };
}
