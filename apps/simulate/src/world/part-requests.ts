/** How what is wished of a part becomes a request: lists are asked first, as a person looks before asking. */
import type { PartWish } from '../story/story.js';
import type { Path } from './callers.js';

/** What a caller sees of a part. */
export interface PartSeen {
  readonly id: string;
  readonly kind?: string;
  readonly sizeGiB?: number;
  readonly vserverId?: string | null;
  readonly nics?: readonly { readonly id: string }[];
}

export interface WishContext {
  /** The system. */
  readonly id: string;
  readonly pick: number;
  /** Never used before in this run. */
  readonly number: number;
  /** Where systems of the tenant can move to. */
  readonly otherVdcs: readonly string[];
  readonly list: (path: Path) => Promise<readonly PartSeen[]>;
}

/** Of a request what the wish says; who asks and with which key is added by the caller. */
export interface Wished {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: Path;
  readonly body?: object;
}

type Maker = (context: WishContext) => Promise<Wished | undefined> | Wished | undefined;

const post = (path: Path, body?: object): Wished => ({ method: 'POST', path, ...(body && { body }) });
const patch = (path: Path, body: object): Wished => ({ method: 'PATCH', path, body });
const drop = (path: Path): Wished => ({ method: 'DELETE', path });

type Kind = 'vservers' | 'vdisks' | 'vnets' | 'public-ips' | 'efms' | 'backups';

async function listOf(kind: Kind, { id, list }: WishContext): Promise<readonly PartSeen[]> {
  const listed = await list(`/v1/${kind}?${kind === 'backups' ? 'vsysId' : 'vsys'}=${id}`);
  return kind === 'vservers'
    ? listed.filter((each) => each.kind === undefined || each.kind === 'server')
    : listed;
}

/** A request about one of those that there are; none when there are none. */
const about =
  (kind: Kind, make: (path: Path, part: PartSeen, context: WishContext) => Wished | undefined): Maker =>
  async (context) => {
    const parts = await listOf(kind, context);
    const part = parts[context.pick % Math.max(1, parts.length)];
    return part && make(`/v1/${kind}/${part.id}`, part, context);
  };

const dropOne = (kind: Kind): Maker => about(kind, drop);

/** About one that there is and a second one of another kind. */
const joined =
  (one: Kind, two: Kind, make: (path: Path, second: PartSeen, context: WishContext) => Wished): Maker =>
  async (context) => {
    const [ones, twos] = [await listOf(one, context), await listOf(two, context)];
    const [first, second] = [ones[context.pick % Math.max(1, ones.length)], twos[0]];
    return first && second && make(`/v1/${one}/${first.id}`, second, context);
  };

const MAKERS: Readonly<Record<PartWish, Maker>> = {
  'add-server': async (context) => {
    const [net] = await listOf('vnets', context);
    const { id: vsysId, number } = context;
    const server = { vsysId, name: `extra${number}`, type: 'standard.tiny', image: 'debian-13' };
    return net && post('/v1/vservers', { ...server, nics: [{ vnetId: net.id }] });
  },
  'drop-server': dropOne('vservers'),
  'rebuild-server': about('vservers', (path) => post(`${path}/rebuild`, { image: 'debian-13' })),
  'resize-server': about('vservers', (path) => patch(path, { type: 'standard.medium' })),
  'rescue-server': about('vservers', (path) => post(`${path}/rescue`, { image: 'debian-13' })),
  'end-rescue': about('vservers', (path) => drop(`${path}/rescue`)),
  'add-disk': ({ id: vsysId, number }) =>
    post('/v1/vdisks', { vsysId, name: `disk${number}`, sizeGiB: 1 + (number % 4) }),
  'grow-disk': about('vdisks', (path, { sizeGiB = 1 }) => patch(path, { sizeGiB: sizeGiB + 1 })),
  'attach-disk': joined('vdisks', 'vservers', (path, { id }) => post(`${path}/attach`, { vserverId: id })),
  'detach-disk': about('vdisks', (path) => post(`${path}/detach`)),
  'drop-disk': dropOne('vdisks'),
  'add-nic': joined('vservers', 'vnets', (path, { id }) => post(`${path}/nics`, { vnetId: id })),
  'drop-nic': about('vservers', (path, { nics = [] }) => {
    const last = nics.at(-1);
    return last && drop(`${path}/nics/${last.id}`);
  }),
  'add-net': ({ id: vsysId, number }) =>
    post('/v1/vnets', { vsysId, name: `net${number}`, cidr: `10.1.${number % 250}.0/24` }),
  'drop-net': dropOne('vnets'),
  'add-address': ({ id: vsysId, number }) => post('/v1/public-ips', { vsysId, name: `ip${number}` }),
  'drop-address': dropOne('public-ips'),
  'add-module': joined('vnets', 'vnets', (_path, { id }, { id: vsysId, number }) =>
    post('/v1/efms', { vsysId, name: `lb${number}`, kind: 'load-balancer', vnetIds: [id] }),
  ),
  'drop-module': dropOne('efms'),
  'back-up': about('vdisks', (path, _disk, { number }) =>
    post(`${path}/backups`, { name: `b${number}`, outlives: number % 3 === 0 }),
  ),
  restore: about('backups', (path) => post(`${path}/restore`, { stopServer: true })),
  'restore-anew': about('backups', (path, _backup, { id: vsysId, number }) =>
    post(`${path}/restore-to-new-disk`, { name: `old${number}`, vsysId }),
  ),
  'drop-backup': dropOne('backups'),
  clone: ({ id, number, pick }) =>
    post(`/v1/vsys/${id}/clone`, { name: `copy-${number}`, contents: pick % 2 === 0 ? 'fresh' : 'copy' }),
  transfer: ({ id, otherVdcs, pick }) => {
    const vdcId = otherVdcs[pick % Math.max(1, otherVdcs.length)];
    return vdcId === undefined ? undefined : post(`/v1/vsys/${id}/transfer`, { vdcId });
  },
  'roll-back': ({ id, pick }) =>
    post(`/v1/vsys/${id}/rollback`, { generation: 1 + (pick % 3), allowDataLoss: true }),
};

export async function wished(wish: PartWish, context: WishContext): Promise<Wished | undefined> {
  return await MAKERS[wish](context);
}
