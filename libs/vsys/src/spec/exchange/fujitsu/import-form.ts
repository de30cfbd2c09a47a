/** Fujitsu's XML form of a descriptor as ours, with a note for all that could not be carried over. */
import { DomainError } from '../../../errors.js';
import { literal } from '../../edit/part-secrets.js';
import { descriptorOf } from '../../parse/parse-descriptor.js';
import { API_VERSION, DESCRIPTOR_KIND } from '../../schema/descriptor.schema.js';
import { FreshNames } from '../fresh-names.js';
import type { Imported, ImportWish } from '../import-ovf.js';
import { attributeOf, textOf, type XmlSource } from '../xml-source.js';
import { FORM_VERSION, ROOT } from './form-words.js';
import { FormMembers } from './form-members.js';
import { FormReader, listIn, refuse } from './form-reader.js';
import { importBalancer } from './import-balancer.js';
import { importFirewall, natRulesOf, type FirewallImport } from './import-firewall.js';
import { importServer, netOf } from './import-servers.js';

type Placed = readonly [XmlSource, string];

const KNOWN = [
  'vsysdescriptorId',
  'vsysdescriptorName',
  'description',
  'keyword',
  'creatorName',
  'registrant',
  'visibility',
  'vnets',
  'efms',
  'vservers',
  'publicips',
];
const MOST_TITLE = 100;
const MOST_DESCRIPTION = 1_000;

/**
 * Throws `invalid-request` for XML that is no such form, with the place, and `invalid-descriptor` for a system beyond the limits of
 * descriptors. Sizes in the words of Fujitsu's catalogue become the smallest type of `wish.types` that is enough.
 */
export function importForm(root: XmlSource, wish: ImportWish): Imported {
  if (root.name !== ROOT)
    throw new DomainError(
      'invalid-request',
      `Fujitsu’s form begins with ${ROOT}, not ${root.name.slice(0, 64)}.`,
      { pointer: '/text' },
    );
  const version = attributeOf(root, 'version') ?? FORM_VERSION;
  if (version !== FORM_VERSION)
    return refuse(`/${ROOT}/@version`, `version ${version.slice(0, 20)} is not known`);
  return new FormImport(root, wish).run();
}

class FormImport {
  private readonly reader = new FormReader();
  private readonly members = new FormMembers();
  private readonly addresses = new FreshNames();
  private readonly place = `/${ROOT}`;

  constructor(
    private readonly root: XmlSource,
    private readonly wish: ImportWish,
  ) {}

  run(): Imported {
    this.reader.noteUnknown(this.root, this.place, KNOWN);
    const vnets = this.vnets();
    const servers = listIn(this.root, this.place, 'vservers', 'vserver');
    const appliances = listIn(this.root, this.place, 'efms', 'efm');
    const names = [
      ...this.register(appliances, 'efmName', 'efm'),
      ...this.register(servers, 'vserverName', 'server'),
    ];
    const nameOf = new Map(names);
    const publicIps = this.publicIps();
    const efms = this.efms(appliances, nameOf);
    const vservers = servers.map(([server, at]) => [
      nameOf.get(at) ?? '',
      importServer(server, at, this.parts()),
    ]);
    const parameters = this.parameters();
    const descriptor = descriptorOf({
      apiVersion: API_VERSION,
      kind: DESCRIPTOR_KIND,
      metadata: this.metadata(),
      ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      vnets,
      ...(publicIps.length === 0
        ? {}
        : { publicIps: Object.fromEntries(publicIps.map((name) => [name, {}])) }),
      ...(efms.length === 0 ? {} : { efms: Object.fromEntries(efms) as object }),
      vservers: Object.fromEntries(vservers) as object,
    });
    return { descriptor, notes: this.reader.notes };
  }

  private parts() {
    return { reader: this.reader, members: this.members, types: this.wish.types };
  }

  private parameters(): object {
    const { image } = this.wish;
    const found = this.reader.parameters;
    if (image === undefined || found['image'] === undefined) return found;
    return { ...found, image: { ...found['image'], default: image } };
  }

  private metadata(): object {
    const title = textOf(this.root, 'vsysdescriptorName');
    const description = textOf(this.root, 'description');
    return {
      ...(title === undefined || title === this.wish.metadata.name
        ? {}
        : { title: title.slice(0, MOST_TITLE) }),
      ...(description === undefined ? {} : { description: description.slice(0, MOST_DESCRIPTION) }),
      ...this.wish.metadata,
    };
  }

  private vnets(): object {
    const found = listIn(this.root, this.place, 'vnets', 'vnet').map(([vnet, at]) => {
      this.reader.noteUnknown(vnet, at, ['segment', 'prefixLength', 'mtu']);
      const name = netOf(this.reader.getText(vnet, 'segment', at), `${at}/segment`);
      const prefix = this.reader.findNumber(vnet, 'prefixLength', at);
      const mtu = this.reader.findNumber(vnet, 'mtu', at);
      return [
        name,
        { cidr: prefix === undefined ? 'auto' : `auto/${prefix}`, ...(mtu === undefined ? {} : { mtu }) },
      ] as const;
    });
    if (new Set(found.map(([name]) => name)).size < found.length)
      return refuse(`${this.place}/vnets`, 'a segment is there twice');
    return Object.fromEntries(found);
  }

  /** Names by place; all of them are known before anything refers to one. */
  private register(
    elements: readonly Placed[],
    field: string,
    fallback: string,
  ): readonly (readonly [string, string])[] {
    return elements.map(([element, at]) => {
      const foreign = this.reader.getText(element, field, at);
      if (this.members.has(foreign))
        return refuse(`${at}/${field}`, `${foreign.slice(0, 64)} is there twice`);
      const isCounted = textOf(element, 'count') !== undefined;
      const name = this.members.add(foreign, fallback, { isCounted });
      if (name !== foreign.toLowerCase()) this.reader.note(`${at}/${field}`, `It is called ${name}.`);
      return [at, name];
    });
  }

  private publicIps(): readonly string[] {
    return listIn(this.root, this.place, 'publicips', 'publicip').map(([address, at]) => {
      this.reader.noteUnknown(address, at, ['ref', 'autoAttach']);
      if (textOf(address, 'autoAttach') === 'false') this.reader.note(at, 'It is attached with the system.');
      const ref = literal(this.reader.getText(address, 'ref', at));
      const name = this.addresses.nameOf(ref, 'ip');
      if (name !== ref) this.reader.note(`${at}/ref`, `It is called ${name}.`);
      return name;
    });
  }

  private efms(
    appliances: readonly Placed[],
    nameOf: ReadonlyMap<string, string>,
  ): readonly (readonly [string, object])[] {
    const ofType = (type: string) => appliances.filter(([efm]) => textOf(efm, 'efmType') === type);
    const balancers = ofType('SLB');
    const firewalls = ofType('FW');
    const others = appliances.find(([efm]) => !['FW', 'SLB'].includes(textOf(efm, 'efmType') ?? ''));
    if (others !== undefined) return refuse(`${others[1]}/efmType`, 'it is FW or SLB');
    const parts: FirewallImport = {
      ...this.parts(),
      addressOf: (ref) => this.addresses.nameOf(ref, 'ip'),
      balancers: new Set(balancers.map(([efm]) => textOf(efm, 'efmName') ?? '')),
    };
    // Notes of what a rule says are told once, by the firewall.
    const silent = { ...parts, reader: new FormReader() };
    const nat = firewalls.flatMap(([efm, at]) => natRulesOf(efm, at, silent));
    return [
      ...firewalls.map(([efm, at]) => [nameOf.get(at) ?? '', importFirewall(efm, at, parts)] as const),
      ...balancers.map(([efm, at]) => {
        const leading = nat.filter(({ target }) => target === textOf(efm, 'efmName'));
        if (leading.length > 1) this.reader.note(at, 'Only the first address leads to it.');
        return [nameOf.get(at) ?? '', importBalancer(efm, at, leading[0]?.publicIp, parts)] as const;
      }),
    ];
  }
}
