/**
 * componentDescriptors as a descriptor. Names that a descriptor cannot have become near ones; `#name` means the component of that
 * name, and must be there.
 */
import { API_VERSION, DESCRIPTOR_KIND } from '@openvsys/vsys';
import { freeName, partNameOf } from '../../../use-cases/parts/free-name.js';
import type { Input } from '../read/input.js';
import { gibOfKilobytes } from '../words/units.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import { wishOfTemplate } from './machine-wish.js';
import { capacityOf } from './volume-wish.js';
import { missing, notServed, wrong } from './wish-errors.js';

export interface ComponentNames {
  /** Of the part → as it was written. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface ComponentDesign extends ComponentNames {
  readonly document: object;
}

/** More than one system may have. */
const MAX_QUANTITY = 200;
const KINDS = ['network', 'machine', 'volume', 'address', 'credential'] as const;
type Kind = (typeof KINDS)[number];

interface Component {
  readonly kind: Kind;
  readonly name: string;
  readonly quantity: number;
  readonly template: Input;
}

/** Throws `invalid-request`, `not-implemented`. `components` as they were read from the request. */
export async function designOfComponents(
  context: CimiContext,
  name: string,
  components: unknown,
): Promise<ComponentDesign> {
  if (!Array.isArray(components) || components.length === 0)
    throw missing('systemTemplate/componentDescriptors');
  const read = components.filter(isInput).map(readComponent);
  return new Drawing(context, read).document(name);
}

function readComponent(given: Input): Component {
  const kind = kindOf(given);
  const template = given[`${kind}Template`];
  if (!isInput(template)) throw missing(`componentDescriptors/${kind}Template`);
  const { name, quantity } = given;
  const count = typeof quantity === 'number' ? quantity : 1;
  if (count < 1 || count > MAX_QUANTITY) throw wrong('componentDescriptors/quantity', `1 to ${MAX_QUANTITY}`);
  return { kind, name: typeof name === 'string' ? name : kind, quantity: count, template };
}

function kindOf({ type }: Input): Kind {
  const word = typeof type === 'string' ? type.trim().split('/').at(-1)?.toLowerCase() : undefined;
  const kind = KINDS.find((each) => each === word);
  if (kind !== undefined) return kind;
  throw notServed(
    `Components of the type ${typeof type === 'string' ? type : 'that is missing'} are not made.`,
  );
}

/** The descriptor while it is drawn: names that are taken, and what each component is called. */
class Drawing {
  private readonly taken = new Set<string>();
  private readonly labels = new Map<string, string>();
  private readonly nets = new Map<string, string>();
  private readonly vservers: Record<string, object> = {};

  constructor(
    private readonly context: CimiContext,
    private readonly components: readonly Component[],
  ) {}

  async document(name: string): Promise<ComponentDesign> {
    for (const each of this.of('network')) this.nets.set(each.name, this.take(each.name, 'net'));
    if (this.nets.size === 0) this.nets.set('', this.take('lan', 'lan'));
    for (const each of this.of('machine')) await this.addMachines(each);
    const vdisks = await this.volumes();
    const publicIps = this.of('address').map((each) => [this.take(each.name, 'address'), {}] as const);
    return {
      labels: this.labels,
      document: {
        apiVersion: API_VERSION,
        kind: DESCRIPTOR_KIND,
        metadata: { name, version: '1.0.0' },
        vnets: Object.fromEntries([...this.nets.values()].map((net) => [net, { cidr: 'auto' }])),
        vservers: this.vservers,
        ...(vdisks.length === 0 ? {} : { vdisks: Object.fromEntries(vdisks) }),
        ...(publicIps.length === 0 ? {} : { publicIps: Object.fromEntries(publicIps) }),
      },
    };
  }

  private of(kind: Kind): readonly Component[] {
    return this.components.filter((each) => each.kind === kind);
  }

  private take(wanted: string, otherwise: string): string {
    const name = freeName(partNameOf(wanted, otherwise), this.taken);
    this.taken.add(name);
    if (name !== wanted) this.labels.set(name, wanted);
    return name;
  }

  /** Several of a component are called name1, name2 … */
  private async addMachines({ name, quantity, template }: Component): Promise<void> {
    const resolved = await withTemplate(this.context, 'MachineTemplate', template);
    const nics = this.nicsOf(resolved);
    const wish = await wishOfTemplate(this.context, {
      ...resolved,
      networkInterfaces: [],
      credential: this.credentialOf(resolved['credential']),
    });
    if (wish.server.volumes.length > 0)
      throw notServed('Existing volumes are attached after the system is there.');
    if (wish.contents !== undefined)
      throw notServed('Machines of snapshots are made in the system that the snapshot is of.');
    const { networks: _networks, volumes: _volumes, ...server } = wish.server;
    for (let number = 1; number <= quantity; number += 1) {
      const own = this.take(quantity === 1 ? name : `${name}${number}`, 'machine');
      this.vservers[own] = literal({ ...server, nics });
    }
  }

  private nicsOf({ networkInterfaces }: Input): readonly { readonly vnet: string }[] {
    const given = Array.isArray(networkInterfaces) ? networkInterfaces.filter(isInput) : [];
    if (given.length === 0) return [...this.nets.values()].slice(0, 1).map((vnet) => ({ vnet }));
    return given.map(({ network }) => {
      const href = isInput(network) ? network['href'] : undefined;
      const vnet =
        typeof href === 'string' && href.startsWith('#') ? this.nets.get(href.slice(1)) : undefined;
      if (vnet === undefined)
        throw wrong('networkInterfaces/network', 'a network of this template, like #dmz');
      return { vnet };
    });
  }

  /** `#name` is a credential of this template. */
  private credentialOf(given: unknown): unknown {
    const href = isInput(given) ? given['href'] : undefined;
    if (typeof href !== 'string' || !href.startsWith('#')) return given;
    const own = this.of('credential').find(({ name }) => name === href.slice(1));
    if (own === undefined) throw wrong('credential', 'a credential of this template or one that is stored');
    const { href: stored, ...inline } = own.template;
    return typeof stored === 'string' ? { ...inline, href: stored } : inline;
  }

  private async volumes(): Promise<(readonly [string, object])[]> {
    const entries: (readonly [string, object])[] = [];
    for (const { name, template, quantity } of this.of('volume')) {
      const resolved = await withTemplate(this.context, 'VolumeTemplate', template);
      const size = gibOfKilobytes(await capacityOf(this.context, resolved));
      for (let number = 1; number <= quantity; number += 1)
        entries.push([this.take(quantity === 1 ? name : `${name}${number}`, 'disk'), { size }]);
    }
    return entries;
  }
}

/** Nothing of it is a parameter of the descriptor, whatever it looks like. */
function literal(value: unknown): object {
  return JSON.parse(JSON.stringify(value).replaceAll('${', '$${')) as object;
}

/** What a descriptor may be called; everything else becomes a hyphen. */
export const descriptorName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9 ._-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .slice(0, 64) || 'system';
