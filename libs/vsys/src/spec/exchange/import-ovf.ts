/**
 * An OVF envelope (DSP0243 1.x and 2.x, one or several systems) as a descriptor, with a note for all that it cannot say.
 *
 *   VirtualSystem          a role           NetworkSection     VNets with a range that is chosen
 *   CPU, memory            a server type    ProductSection     parameters, given to the guest as user data
 *   first disk             the image        StartupSection     start orders
 *   other disks            data disks       contents of disks  noted: they come as images
 */
import { DomainError } from '../../errors.js';
import { descriptorOf } from '../parse/parse-descriptor.js';
import { API_VERSION, DESCRIPTOR_KIND, type Descriptor } from '../schema/descriptor.schema.js';
import { literal } from '../edit/part-secrets.js';
import { LONGEST_READINESS_WAIT } from '../readiness.js';
import { FreshNames } from './fresh-names.js';
import { ovfHardware, type OvfHardware } from './ovf-hardware.js';
import { OvfProperties } from './ovf-properties.js';
import { attributeOf, childOf, childrenOf, textOf, type ImportNote, type XmlSource } from './xml-source.js';

export interface SoldType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

export interface ImportWish {
  readonly metadata: Descriptor['metadata'];
  /** For the sizes that the source names; the smallest that is enough is taken. */
  readonly types: readonly SoldType[];
  /** Default of the parameter that says what the servers are made of; absent: it has to be given. */
  readonly image?: string;
}

export interface Imported {
  readonly descriptor: Descriptor;
  readonly notes: readonly ImportNote[];
}

/** Throws `invalid-request` for XML that is no envelope, `invalid-descriptor` for a system beyond the limits of descriptors. */
export function importOvf(envelope: XmlSource, wish: ImportWish): Imported {
  if (envelope.name !== 'Envelope') {
    throw new DomainError('invalid-request', `An OVF envelope begins with Envelope, not ${envelope.name}.`, {
      pointer: '/text',
    });
  }
  return new OvfImport(envelope, wish).run();
}

/** What a descriptor has no words for, by the name of the section. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  ResourceAllocationSection: 'Reservations of the whole collection are left out.',
  DeploymentOptionSection: 'Only the default configuration is taken.',
  InstallSection: 'The installation with a restart is left out.',
  EulaSection: 'The licence agreement is left out.',
  SharedDiskSection: 'Shared disks are left out.',
  PlacementSection: 'Placement policies are left out.',
  PlacementGroupSection: 'Placement groups are left out.',
  EncryptionSection: 'Encrypted parts cannot be read.',
  ScaleOutSection: 'Scaling out is left out; give the role a count.',
};
/** For servers without a network: each needs a NIC. */
const LONE_NETWORK = 'lan';

class OvfImport {
  private readonly notes: ImportNote[] = [];
  private readonly nets = new FreshNames();
  private readonly roles = new FreshNames();
  private readonly vnets = new Map<string, object>();
  private readonly servers = new Map<string, object>();
  private readonly properties = new OvfProperties();

  constructor(
    private readonly envelope: XmlSource,
    private readonly wish: ImportWish,
  ) {}

  run(): Imported {
    for (const net of childrenOf(childOf(this.envelope, 'NetworkSection'), 'Network')) {
      this.addNet(attributeOf(net, 'name') ?? LONE_NETWORK, textOf(net, 'Description'));
    }
    this.visit(this.envelope, '/Envelope', new Map(), []);
    const { metadata, image } = this.wish;
    const imageParameter = {
      type: 'string',
      description: 'Image of the servers.',
      ...(image === undefined ? {} : { default: image }),
    };
    const descriptor = descriptorOf({
      apiVersion: API_VERSION,
      kind: DESCRIPTOR_KIND,
      metadata,
      parameters: {
        ...(this.servers.size === 0 ? {} : { image: imageParameter }),
        ...this.properties.parameters,
      },
      vnets: Object.fromEntries(this.vnets),
      vservers: Object.fromEntries(this.servers),
    });
    return { descriptor, notes: this.notes };
  }

  /** An envelope or a collection; collections may be inside each other. */
  private visit(parent: XmlSource, place: string, startups: Startups, shared: readonly XmlSource[]): void {
    for (const child of parent.children) {
      const at = `${place}/${child.name}${idOf(child)}`;
      const left = LEFT_OUT[child.name];
      if (left !== undefined) this.notes.push({ place: at, message: left });
      const products = [...shared, ...childrenOf(child, 'ProductSection')];
      if (child.name === 'VirtualSystem') this.addServer(child, at, startups, products);
      if (child.name === 'VirtualSystemCollection') {
        if (parent.name === 'VirtualSystemCollection')
          this.notes.push({ place: at, message: 'The inner collection becomes part of the outer one.' });
        this.visit(child, at, startupsIn(child), products);
      }
    }
  }

  private addServer(
    system: XmlSource,
    place: string,
    startups: Startups,
    products: readonly XmlSource[],
  ): void {
    for (const { name } of system.children) {
      const left = LEFT_OUT[name];
      if (left !== undefined) this.notes.push({ place: `${place}/${name}`, message: left });
    }
    const id = attributeOf(system, 'id') ?? 'server';
    const hardware = ovfHardware(system, this.envelope, place, this.notes);
    const [first, ...data] = hardware.disks;
    this.noteContents(first?.isFilled === true, data, place);
    const { order, ready } = startups.get(id) ?? NO_STARTUP;
    const os = textOf(childOf(system, 'OperatingSystemSection'), 'Description');
    const described = [textOf(system, 'Name') ?? id, os].filter((text) => text !== undefined).join(', ');
    const userData = this.properties.userDataOf(products, place, this.notes);
    this.servers.set(this.roles.nameOf(id, 'server'), {
      description: literal(described.slice(0, 900)),
      type: this.typeFor(hardware, place),
      image: '${image}',
      ...(order > 0 ? { startOrder: order } : {}),
      ...(Object.keys(ready).length === 0 ? {} : { ready }),
      nics: this.nicsOf(hardware, place),
      ...(data.length === 0
        ? {}
        : { disks: data.map(({ sizeGiB }, index) => ({ name: `disk${index + 2}`, size: sizeGiB })) }),
      ...(userData === '' ? {} : { userData }),
    });
  }

  private noteContents(isFilled: boolean, data: OvfHardware['disks'], place: string): void {
    if (isFilled)
      this.notes.push({
        place,
        message:
          'What is on the system disk comes with an image: import its file as one and name it in `image`.',
      });
    if (data.some((disk) => disk.isFilled))
      this.notes.push({ place, message: 'Data disks begin empty; their contents are not carried over.' });
  }

  /** Throws `invalid-request` when nothing of this size is sold. */
  private typeFor({ cpus, memoryMiB }: OvfHardware, place: string): string {
    const enough = this.wish.types.filter((type) => type.vcpus >= cpus && type.memoryMiB >= memoryMiB);
    const [best] = enough.toSorted((a, b) => a.memoryMiB - b.memoryMiB || a.vcpus - b.vcpus);
    if (best === undefined) {
      const size = `${cpus} processors and ${memoryMiB} MiB`;
      throw new DomainError('invalid-request', `No server type has ${size}, as ${place} needs.`, {
        pointer: '/text',
        remedy: 'List the server types.',
      });
    }
    if (best.vcpus > cpus || best.memoryMiB > memoryMiB) {
      const wanted = `${cpus} × CPU, ${memoryMiB} MiB`;
      const taken = `${best.name} (${best.vcpus} × CPU, ${best.memoryMiB} MiB)`;
      this.notes.push({ place, message: `${wanted} became ${taken}.` });
    }
    return best.name;
  }

  private nicsOf({ networks }: OvfHardware, place: string): readonly { readonly vnet: string }[] {
    const connected = networks.filter((name) => name !== undefined);
    if (connected.length < networks.length)
      this.notes.push({ place, message: 'Network cards that are connected to nothing are left out.' });
    const wanted = connected.length === 0 ? [LONE_NETWORK] : connected;
    return wanted.map((name) => ({ vnet: this.addNet(name, undefined) }));
  }

  private addNet(foreign: string, description: string | undefined): string {
    const name = this.nets.nameOf(foreign, 'net');
    if (this.vnets.has(name)) return name;
    const text = description === undefined ? {} : { description: literal(description.slice(0, 1000)) };
    this.vnets.set(name, { cidr: 'auto', ...text });
    this.notes.push({
      place: `/Envelope/NetworkSection/Network[${foreign.slice(0, 64)}]`,
      message: `Its range is chosen when a system is made; there is no way out of it without a firewall.`,
    });
    return name;
  }
}

const idOf = (element: XmlSource): string => {
  const id = attributeOf(element, 'id');
  return id === undefined ? '' : `[${id.slice(0, 64)}]`;
};

interface Startup {
  readonly order: number;
  readonly ready: { readonly guestAgent?: true; readonly timeout?: number; readonly delay?: number };
}
type Startups = ReadonlyMap<string, Startup>;
const NO_STARTUP: Startup = { order: 0, ready: {} };

function startupsIn(collection: XmlSource): Startups {
  const items = childrenOf(childOf(collection, 'StartupSection'), 'Item');
  return new Map(
    items.map((item) => [
      attributeOf(item, 'id') ?? '',
      { order: Number(attributeOf(item, 'order') ?? '0'), ready: readyOf(item) },
    ]),
  );
}

/** The next ones start after the delay, or sooner when the guest has reported (DSP0243, StartupSection). */
function readyOf(item: XmlSource): Startup['ready'] {
  const text = attributeOf(item, 'startDelay') ?? '';
  const delay = /^[0-9]{1,9}$/.test(text) ? Math.min(Number(text), LONGEST_READINESS_WAIT) : 0;
  const isWaiting = attributeOf(item, 'waitingForGuest') === 'true';
  if (!isWaiting) return delay > 0 ? { delay } : {};
  return { guestAgent: true, ...(delay > 0 ? { timeout: delay } : {}) };
}
