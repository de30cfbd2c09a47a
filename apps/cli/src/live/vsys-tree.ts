/**
 * A VSYS as a tree: networks, then servers with the disks and public addresses that hang on them.
 *
 *   shop (DEMO0001-7K2M9QXPA)                                ready
 *   ├─ dmz      network   10.0.1.0/24                        ready
 *   ├─ fw       firewall  efm.small        10.0.1.1          running
 *   │  └─ www   address   203.0.113.10                       attached
 */
import type { VsysDetailView } from '@openvsys/api-client';
import type { TreeNode } from '../output/tree.js';

interface PartNow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
}

/** `now` overrides the states of the view and may hold parts that the view does not know (yet, or any more). */
export function treeOfVsys(vsys: VsysDetailView, now: readonly PartNow[] = []): TreeNode {
  const states = new Map(now.map((part) => [part.id, part]));
  const stateOf = (part: { id: string; state: string; reason: string | null }) => {
    const { state, reason } = states.get(part.id) ?? part;
    return { state, reason };
  };
  const hanging = new Hanging(vsys, stateOf);
  const servers = vsys.vservers.map((server): TreeNode => ({
    name: server.name,
    cells: [server.kind, server.type, addressesOf(server.nics)],
    ...stateOf(server),
    children: hanging.on(server.id),
  }));
  const networks = vsys.vnets.map((vnet): TreeNode => ({
    name: vnet.name,
    cells: ['network', vnet.cidr],
    ...stateOf(vnet),
  }));
  return {
    name: `${vsys.name} (${vsys.id})`,
    state: vsys.phase,
    reason: vsys.problem?.message ?? null,
    children: [...networks, ...servers, ...hanging.on(null), ...strangers(vsys, now)],
  };
}

type StateOf = (part: {
  id: string;
  state: string;
  reason: string | null;
}) => Pick<PartNow, 'state' | 'reason'>;

/** Disks and addresses by the server they belong to. */
class Hanging {
  private readonly byServer = new Map<string | null, TreeNode[]>();

  constructor(vsys: VsysDetailView, stateOf: StateOf) {
    for (const ip of vsys.publicIps) {
      this.add(ip.vserverId, { name: ip.name, cells: ['address', ip.address], ...stateOf(ip) });
    }
    for (const disk of vsys.vdisks) {
      this.add(disk.vserverId, { name: disk.name, cells: ['disk', `${disk.sizeGiB} GiB`], ...stateOf(disk) });
    }
  }

  /** Null: what hangs on no server. */
  on(server: string | null): readonly TreeNode[] {
    return this.byServer.get(server) ?? [];
  }

  private add(server: string | null, node: TreeNode): void {
    const nodes = this.byServer.get(server);
    if (nodes === undefined) this.byServer.set(server, [node]);
    else nodes.push(node);
  }
}

/** Parts that came after the view was read, or that it does not show any more. */
function strangers(vsys: VsysDetailView, now: readonly PartNow[]): TreeNode[] {
  const known = new Set(
    [...vsys.vnets, ...vsys.vservers, ...vsys.vdisks, ...vsys.publicIps].map(({ id }) => id),
  );
  return now
    .filter(({ id }) => !known.has(id))
    .map(({ name, kind, state, reason }) => ({ name, cells: [kind], state, reason }));
}

function addressesOf(nics: VsysDetailView['vservers'][number]['nics']): string {
  return nics.map(({ ipv4 }) => ipv4).join(' ');
}
