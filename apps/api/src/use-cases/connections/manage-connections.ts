/**
 * Connections between VNets of two systems, from the proposal to the end. Agreeing changes nothing in a pool: each owner then changes
 * the own system (`attach-connection.ts`), and writes the rules that let something pass.
 *
 *   owner of A: proposes ──id and key, by mail or phone──► owner of B: accepts with a VNet of B
 *   owner of both: names both VNets, and both have agreed
 */
import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  areSameZone,
  Database,
  enforceGrowth,
  ensureTunnelKey,
  findSealedKey,
  getConnection,
  getPresentSystem,
  getProposedByKey,
  getSpecOfEnd,
  insertConnection,
  insertConnectionEnd,
  listConnectionRows,
  listConnections,
  lockConnection,
  lockVsys,
  releaseConnection,
  setAccepted,
  tellOfConnection,
  type ConnectionRecord,
  type ConnectionSide,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import {
  checkJoin,
  DomainError,
  joinedNet,
  LIMITS,
  NO_DEMAND,
  requireSeat,
  vsysOfPart,
  type JoinSide,
  type SealedText,
  type VNetId,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { newTunnelKeys } from './tunnel-keys.js';

/** 160 bits: nobody guesses one. */
const KEY_BYTES = 20;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** One side as its owner names it. */
export interface WantedEnd {
  readonly vnetId: VNetId;
  /** Zone of the firewall. */
  readonly name: string;
}

export interface Proposal {
  readonly from: WantedEnd;
  /** Of the same owner; absent: whoever has the key names it. */
  readonly to: WantedEnd | undefined;
}

/** Where the parts of an end are in what the caller sent. */
const PLACES = { from: '/from', to: '/to', accepted: '/vnetId' } as const;

@Injectable()
export class ManageConnections {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<ConnectionRecord> {
    return this.database.session(async (session) => getConnection(session, call.scope, id));
  }

  /** Throws `not-found`. */
  async list(call: Call, vsysId: VsysId): Promise<readonly ConnectionRecord[]> {
    return this.database.session(async (session) => {
      await getPresentSystem(session, call.scope, vsysId);
      return listConnections(session, vsysId);
    });
  }

  /** Throws `not-found`, `conflict` for what cannot be joined, `quota-exceeded`; then nothing is held. */
  async propose(call: Call, { from, to }: Proposal): Promise<ConnectionRecord> {
    const id = this.ids.uuid();
    const key = randomBytes(KEY_BYTES).toString('base64url');
    return this.transactor.change(call, async (session, at) => {
      await lockInOrder(session, call, [from, ...(to === undefined ? [] : [to])]);
      const own = await lockEnd(session, call, from, PLACES.from);
      requireSeat(own.side);
      const sealed = this.sealer.seal(key, own.system.id);
      await insertConnection(session, { id, key: { hash: hashOf(key), sealed }, at });
      await this.hold(session, id, 'from', own, at);
      if (to !== undefined) {
        const other = await lockEnd(session, call, to, PLACES.to);
        await this.agree(session, id, { from: own.side, other, at });
      }
      await tellOfConnection(session, id, to === undefined ? 'proposed' : 'accepted', at);
      const { organizationId } = own.system;
      const detail = { from: from.vnetId, ...(to === undefined ? {} : { to: to.vnetId }) };
      return {
        answer: await getConnection(session, call.scope, id),
        audit: { organizationId, verb: 'connection.propose', resource: id, detail },
      };
    });
  }

  /** For who proposed it. Throws `not-found`, also when it is accepted: then nobody needs it any more. */
  async getKey(call: Call, id: string): Promise<{ readonly key: string }> {
    return this.database.session(async (session) => {
      const { ends } = await getConnection(session, call.scope, id);
      const sealed = await findSealedKey(session, id);
      const from = ends[0]?.vsysId;
      if (sealed !== undefined && from !== undefined)
        return { key: this.sealer.open(sealed as SealedText, from) };
      throw new DomainError('not-found', `The connection ${id} has no key: it is agreed, or ended.`, {
        remedy: 'Nothing has to be done.',
      });
    });
  }

  /** `key`: absent for who owns both sides. Throws `not-found` for a wrong key too, `conflict`, `quota-exceeded`. */
  async accept(call: Call, id: string, end: WantedEnd, key: string | undefined): Promise<ConnectionRecord> {
    return this.transactor.change(call, async (session, at) => {
      await lockConnection(session, id);
      const proposed =
        key === undefined
          ? await getConnection(session, call.scope, id)
          : await getProposedByKey(session, id, hashOf(key));
      requireProposed(proposed);
      const other = await lockEnd(session, call, end, PLACES.accepted);
      await this.agree(session, id, { from: await proposedSide(session, proposed), other, at });
      await tellOfConnection(session, id, 'accepted', at);
      const { organizationId } = other.system;
      return {
        answer: await getConnection(session, call.scope, id),
        audit: { organizationId, verb: 'connection.accept', resource: id, detail: { to: end.vnetId } },
      };
    });
  }

  /** By either owner, at any time; nothing happens twice. What is left in firewalls is taken away by `DropConnections`. */
  async end(call: Call, id: string): Promise<ConnectionRecord> {
    return this.transactor.change(call, async (session, at) => {
      await lockConnection(session, id);
      const { ends } = await getConnection(session, call.scope, id);
      await releaseConnection(session, id, at);
      const own = ends.find(({ organizationId }) => call.scope.covers(organizationId)) ?? ends[0];
      const organizationId = own?.organizationId ?? null;
      return {
        answer: await getConnection(session, call.scope, id),
        audit: { organizationId, verb: 'connection.delete', resource: id },
      };
    });
  }

  private async agree(
    session: Session,
    id: string,
    { from, other, at }: { readonly from: JoinSide; readonly other: LockedEnd; readonly at: Date },
  ): Promise<void> {
    const isNear = await areSameZone(session, from.spec.vsysId, other.system.id);
    checkJoin(from, other.side, isNear ? 'same-zone' : 'elsewhere');
    await this.hold(session, id, 'to', other, at);
    await setAccepted(session, id, at);
  }

  private async hold(
    session: Session,
    id: string,
    side: ConnectionSide,
    { system, side: joined, name }: LockedEnd,
    at: Date,
  ): Promise<void> {
    const { id: vsysId, organizationId, spec } = system;
    requireFree(await listConnections(session, vsysId), vsysId);
    const { cidr } = joinedNet(joined);
    await insertConnectionEnd(session, id, {
      side,
      organizationId,
      vsysId,
      vnetId: joined.vnet,
      cidr,
      zone: name,
    });
    const { publicKey, privateKey } = newTunnelKeys();
    const sealed = this.sealer.seal(privateKey, vsysId);
    await ensureTunnelKey(session, vsysId, { publicKey, privateKey: sealed }, at);
    await enforceGrowth(session, system, spec, { ...NO_DEMAND, vnet: 1 });
  }
}

interface LockedEnd {
  readonly system: LockedSystem;
  readonly side: JoinSide;
  readonly name: string;
}

/** Locked, so that its VNets stay what they are and its names are counted one after the other. */
async function lockEnd(
  session: Session,
  call: Call,
  { vnetId, name }: WantedEnd,
  pointer: string,
): Promise<LockedEnd> {
  const system = await lockVsys(session, call.scope, vsysOfPart(vnetId));
  const side = { spec: system.spec, vnet: vnetId, pointer, remotes: await remotesOf(session, system.id) };
  joinedNet(side);
  requireOtherName(system, name, pointer);
  return { system, side, name };
}

/** The same order for all callers, so that none waits for another that waits for it. */
async function lockInOrder(session: Session, call: Call, ends: readonly WantedEnd[]): Promise<void> {
  const ids = ends.map(({ vnetId }) => vsysOfPart(vnetId)).toSorted();
  for (const id of ids) await lockVsys(session, call.scope, id);
}

/** The name of a connection is a zone: no VNet of the system has it. */
function requireOtherName({ id, spec }: LockedSystem, name: string, pointer: string): void {
  if (name !== 'internet' && !spec.nets.some((net) => net.name === name)) return;
  throw new DomainError('conflict', `“${name}” is the name of another zone of ${id}.`, {
    pointer: pointer === PLACES.accepted ? '/name' : `${pointer}/name`,
    retry: 'after-change',
    remedy: 'Choose another name.',
  });
}

const remotesOf = async (session: Session, vsysId: VsysId): Promise<string[]> =>
  (await listConnectionRows(session, vsysId)).map(({ remote }) => remote);

async function proposedSide(session: Session, { ends }: ConnectionRecord): Promise<JoinSide> {
  const [end] = ends;
  if (end === undefined) throw new DomainError('internal', 'A connection has no end.');
  const spec = await getSpecOfEnd(session, end.vsysId);
  return { spec, vnet: end.vnetId, pointer: '/key', remotes: await remotesOf(session, end.vsysId) };
}

function requireProposed({ id, acceptedAt, releasedAt }: ConnectionRecord): void {
  if (acceptedAt === null && releasedAt === null) return;
  const what = releasedAt === null ? 'accepted already' : 'ended';
  throw new DomainError('conflict', `The connection ${id} is ${what}.`, {
    retry: 'never',
    remedy: 'Propose another one.',
  });
}

function requireFree(present: readonly ConnectionRecord[], vsysId: VsysId): void {
  if (present.length < LIMITS.connections) return;
  throw new DomainError(
    'conflict',
    `${vsysId} has ${LIMITS.connections} connections, which is all it can have.`,
    {
      retry: 'after-change',
      remedy: 'Delete one first.',
    },
  );
}
