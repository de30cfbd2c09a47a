/** What a design adds to a pool. */
import {
  groupsByMember,
  needs,
  templateOf,
  placedSize,
  type Catalog,
  type Headroom,
  type PlacementDemand,
  type VServerSpec,
  type VsysDesign,
  type VsysSpec,
  type WantedPower,
} from '@openvsys/vsys';

export interface Demand {
  readonly design: VsysDesign;
  readonly catalog: Catalog;
  /** For a change: what of it is there already asks for nothing. */
  readonly previous?: VsysSpec;
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly image: string;
  readonly power: WantedPower;
  readonly headroom?: Headroom;
  readonly systemDiskClass?: string;
}

type ServerDemand = PlacementDemand['servers'][number];

/** Unknown types and images ask for nothing here: allocation refuses them with their place in the descriptor. */
export function demandOf({ design, catalog, previous }: Demand): PlacementDemand {
  const types = new Map(catalog.serverTypes.map((type) => [type.name, type]));
  const images = new Map([...catalog.images, catalog.efm.image].map((image) => [image.name, image]));
  const present = new Map(previous?.servers.map((server) => [server.name, server]));
  const groups = groupsByMember(design);
  const servers = membersOf(design, catalog).flatMap((member): ServerDemand[] => {
    const type = types.get(member.type);
    const image = images.get(member.image);
    if (type === undefined || image === undefined) return [];
    const before = present.get(member.name);
    const memoryMiB = Math.max(0, memoryOf(member.power, type.memoryMiB) - memoryBefore(before));
    if (before !== undefined && memoryMiB === 0) return [];
    const systemDiskGiB = before === undefined ? image.systemDiskGiB : 0;
    const { systemDiskClass } = member;
    const wish = before !== undefined || systemDiskClass === undefined ? {} : { systemDiskClass };
    const group = groups.get(member.name);
    const bound = group === undefined || memoryMiB === 0 ? {} : { together: group };
    const size = placedSize(
      { memoryMiB, vcpus: type.vcpus },
      before === undefined || before.power === 'stopped' ? member.headroom : undefined,
    );
    return [{ ...size, image: templateOf(image), systemDiskGiB, ...wish, ...bound }];
  });
  const { vlans, tunnels } = needs(design, previous);
  return { servers, disks: disksOf(design, previous), vlans, ...(tunnels === 0 ? {} : { tunnels }) };
}

function membersOf(design: VsysDesign, catalog: Catalog): Member[] {
  const appliances = design.efms.map(({ name, type, power }): Member => ({
    name,
    type: type ?? catalog.efm.defaultType,
    image: catalog.efm.image.name,
    power,
  }));
  return [...appliances, ...design.servers];
}

/** A stopped server occupies no memory of a host; one that shall rest has to run before it does. */
const memoryOf = (power: WantedPower, memoryMiB: number): number => (power === 'stopped' ? 0 : memoryMiB);

const memoryBefore = (server: VServerSpec | undefined): number =>
  server === undefined ? 0 : memoryOf(server.power, server.memoryMiB);

/** New disks in full, grown ones by what they grow, on the storage that they are on. */
function disksOf(design: VsysDesign, previous: VsysSpec | undefined): PlacementDemand['disks'] {
  const present = new Map(previous?.disks.map((disk) => [disk.name, disk]));
  return design.disks
    .map(({ name, sizeGiB, diskClass }): PlacementDemand['disks'][number] => {
      const before = present.get(name);
      if (before !== undefined) return { sizeGiB: sizeGiB - before.sizeGiB, sr: before.sr };
      return { sizeGiB, ...(diskClass === undefined ? {} : { diskClass }) };
    })
    .filter(({ sizeGiB }) => sizeGiB > 0);
}
