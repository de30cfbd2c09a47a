/** Changes that would destroy something that the user did not say so: refused with the way out. */
import type { Violation } from '../../errors.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { diskClassOf, STANDARD_DISK_CLASS } from '../../placement/disk-class.js';
import { pointerOf } from '../pointer.js';
import { vnetKindOf } from '../vnet-kind.js';
import type { VsysSpec } from '../vsys-spec.js';
import type { Catalog } from './allocation.js';
import { keepsImage } from './kept-image.js';
import { keptRange, matchNics, matchParts, wantedMembers, type Survivors } from './match-parts.js';

export function checkChange(design: VsysDesign, previous: VsysSpec, catalog: Catalog): Violation[] {
  const survivors = matchParts(design, previous);
  return [
    ...checkImages(design, survivors, catalog),
    ...checkDisks(design, survivors),
    ...checkDiskClasses(design, survivors),
    ...checkRanges(design, previous, survivors),
    ...checkNetKinds(design, survivors),
    ...checkRanges6(design, survivors),
  ];
}

function checkImages(design: VsysDesign, { servers }: Survivors, catalog: Catalog): Violation[] {
  return design.servers.flatMap(({ name, role, image }) => {
    const old = servers.get(name)?.image;
    if (old === undefined || keepsImage(catalog, old, image)) return [];
    return [
      {
        pointer: pointerOf('vservers', role, 'image'),
        message: `The image of “${name}” cannot be changed from “${old}” to “${image}”: its system disk would be lost.`,
        remedy: 'Add a role with the new image, move over, then remove the old role.',
      },
    ];
  });
}

function checkDisks(design: VsysDesign, { disks }: Survivors): Violation[] {
  return design.disks.flatMap(({ name, sizeGiB, pointer }) => {
    const old = disks.get(name)?.sizeGiB ?? 0;
    if (sizeGiB >= old) return [];
    return [
      {
        pointer: `${pointer}/size`,
        message: `The disk “${name}” cannot shrink from ${old} to ${sizeGiB} GiB: data would be lost.`,
        remedy: 'Add a smaller disk, copy the data, then remove the old one.',
      },
    ];
  });
}

function moved(pointer: string, what: string, from: string, to: string): Violation[] {
  if (from === to) return [];
  return [
    {
      pointer,
      message: `The class of ${what} cannot change from “${from}” to “${to}”: it lies on a storage of its class.`,
      remedy: 'Add a disk of the other class, copy the data, then remove the old one.',
    },
  ];
}

/** Moving a disk to another storage is another thing than changing it. */
function checkDiskClasses(design: VsysDesign, { disks, servers }: Survivors): Violation[] {
  const dataDisks = design.disks.flatMap((disk) => {
    const old = disks.get(disk.name);
    if (old === undefined) return [];
    return moved(`${disk.pointer}/class`, `the disk “${disk.name}”`, diskClassOf(old), diskClassOf(disk));
  });
  const systemDisks = design.servers.flatMap(({ name, role, systemDiskClass }) => {
    const old = servers.get(name);
    if (old === undefined) return [];
    const classes = [old.systemDiskClass, systemDiskClass].map((each) => each ?? STANDARD_DISK_CLASS);
    const [from = '', to = ''] = classes;
    return moved(pointerOf('vservers', role, 'systemDiskClass'), `the system disk of “${name}”`, from, to);
  });
  return [...dataDisks, ...systemDisks];
}

function checkNetKinds(design: VsysDesign, { nets }: Survivors): Violation[] {
  return design.nets.flatMap((net) => {
    const old = nets.get(net.name);
    if (old === undefined || old.kind === net.kind) return [];
    return [
      {
        pointer: pointerOf('vnets', net.name, 'kind'),
        message: `VNet “${net.name}” is of the kind ${vnetKindOf(old)} and cannot become ${vnetKindOf(net)}.`,
        remedy: 'Add a VNet of the other kind, move the servers over, then remove this one.',
      },
    ];
  });
}

function checkRanges(design: VsysDesign, previous: VsysSpec, { nets, servers }: Survivors): Violation[] {
  const living = new Set(
    wantedMembers(design).flatMap(({ name, nics }) =>
      matchNics(nics, servers.get(name), previous).flatMap((nic) => (nic ? [nic.net] : [])),
    ),
  );
  return design.nets.flatMap((net) => {
    const { name, cidr } = net;
    const old = nets.get(name);
    if (!old || old.cidr === cidr || !living.has(old.id)) return [];
    if (keptRange(net, old) !== undefined) return [];
    return [
      {
        pointer: pointerOf('vnets', name, 'cidr'),
        message: `The range of VNet “${name}” cannot change from ${old.cidr} to ${cidr} while servers have addresses in it.`,
        remedy: 'Add a VNet with the new range and move the servers over.',
      },
    ];
  });
}

/** Guests know their address from their first boot. Adding one where there was none is another thing: they only lack it until then. */
function checkRanges6(design: VsysDesign, { nets }: Survivors): Violation[] {
  return design.nets.flatMap(({ name, range6 }) => {
    const old = nets.get(name)?.range6;
    if (old === undefined || old === range6) return [];
    return [
      {
        pointer: pointerOf('vnets', name, 'range6'),
        message: `The IPv6 network of VNet “${name}” cannot change from ${old} to ${range6 ?? 'none'}.`,
        remedy: 'Add a VNet with the new network and move the servers over.',
      },
    ];
  });
}
