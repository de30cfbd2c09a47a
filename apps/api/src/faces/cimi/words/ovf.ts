/**
 * A system as an OVF envelope (DSP0243 1.1): servers, networks, sizes of disks and the order of starts. What OVF has no words for –
 * firewalls, load balancers, addresses, roles – is left out, and so are contents of disks: no file belongs to it.
 *
 *   VNet      Network          server       VirtualSystem: CPU, memory, a disk of the system and its data disks, NICs
 */
import type { VDiskSpec, VServerSpec, VsysSpec } from '@openvsys/vsys';
import { writeXml, type XmlNode } from '../../../http/xml/write-xml.js';

export const OVF_TYPE = 'application/ovf+xml';

const ENVELOPE = 'http://schemas.dmtf.org/ovf/envelope/1';
const CIM = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2';
const RESOURCES = `${CIM}/CIM_ResourceAllocationSettingData`;
const SYSTEMS = `${CIM}/CIM_VirtualSystemSettingData`;

/** Of CIM_ResourceAllocationSettingData. */
const CPU = '3';
const MEMORY = '4';
const NETWORK = '10';
const DISK = '17';

interface OvfDisk {
  readonly id: string;
  readonly sizeGiB: number;
}

export function ovfOf(name: string, spec: VsysSpec): string {
  const servers = spec.servers.filter(({ kind }) => kind === 'server');
  const disksOf = (server: VServerSpec): readonly OvfDisk[] => [
    { id: `${server.name}-system`, sizeGiB: server.systemDiskGiB },
    ...spec.disks.filter((disk) => disk.server === server.id).map(dataDisk),
  ];
  const nets = new Map<string, string>(spec.nets.map((net) => [net.id, net.name]));
  return writeXml({
    name: 'Envelope',
    attributes: { xmlns: ENVELOPE, 'xmlns:ovf': ENVELOPE, 'xmlns:rasd': RESOURCES, 'xmlns:vssd': SYSTEMS },
    content: [
      element('References', []),
      element('DiskSection', [info('Disks of all servers'), ...servers.flatMap(disksOf).map(diskElement)]),
      element('NetworkSection', [
        info('Networks of the system'),
        ...[...nets.values()].map((net) =>
          element('Network', [text('Description', net)], { 'ovf:name': net }),
        ),
      ]),
      element(
        'VirtualSystemCollection',
        [
          info('A system with its servers'),
          text('Name', name),
          startup(servers),
          ...servers.map((server) => systemElement(server, disksOf(server), nets)),
        ],
        { 'ovf:id': 'system' },
      ),
    ],
  });
}

const dataDisk = ({ name, sizeGiB }: VDiskSpec): OvfDisk => ({ id: name, sizeGiB });

const element = (name: string, content: XmlNode['content'], attributes?: XmlNode['attributes']): XmlNode =>
  attributes === undefined ? { name, content } : { name, attributes, content };
const text = (name: string, content: string): XmlNode => ({ name, content });
const info = (content: string): XmlNode => text('Info', content);

const diskElement = ({ id, sizeGiB }: OvfDisk): XmlNode =>
  element('Disk', [], {
    'ovf:diskId': id,
    'ovf:capacity': String(sizeGiB),
    'ovf:capacityAllocationUnits': 'byte * 2^30',
  });

const startup = (servers: readonly VServerSpec[]): XmlNode =>
  element('StartupSection', [
    info('Lower numbers first'),
    ...servers.map(({ name, startOrder }) =>
      element('Item', [], { 'ovf:id': name, 'ovf:order': String(startOrder) }),
    ),
  ]);

function systemElement(
  server: VServerSpec,
  disks: readonly OvfDisk[],
  nets: ReadonlyMap<string, string>,
): XmlNode {
  const devices = [
    { type: CPU, title: 'Processors', own: { VirtualQuantity: String(server.vcpus) } },
    {
      type: MEMORY,
      title: 'Memory',
      own: { AllocationUnits: 'byte * 2^20', VirtualQuantity: String(server.memoryMiB) },
    },
    ...server.nics.flatMap(({ net, device }) => {
      const connection = nets.get(net);
      const own = { AutomaticAllocation: 'true', Connection: connection ?? '' };
      return connection === undefined ? [] : [{ type: NETWORK, title: `Network card ${device}`, own }];
    }),
    ...disks.map(({ id }) => ({ type: DISK, title: id, own: { HostResource: `ovf:/disk/${id}` } })),
  ];
  return element(
    'VirtualSystem',
    [
      info('A server'),
      text('Name', server.name),
      element('VirtualHardwareSection', [
        info(`${server.type}, of the image ${server.image}`),
        ...devices.map((device, index) => item(device, index + 1)),
      ]),
    ],
    { 'ovf:id': server.name },
  );
}

interface Device {
  readonly type: string;
  readonly title: string;
  readonly own: Readonly<Record<string, string>>;
}

/** Elements of `rasd` are in the order of the alphabet. */
function item({ type, title, own }: Device, number: number): XmlNode {
  const all = { ...own, ElementName: title, InstanceID: String(number), ResourceType: type };
  return element(
    'Item',
    Object.entries(all)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => text(`rasd:${name}`, value)),
  );
}
