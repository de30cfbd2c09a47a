/** What is set on a system beside its spec: tags, notes, protection, a lease, an id of the tenant's own. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  getVsysSettings,
  lockVsys,
  writeVsysSettings,
  type SettingsChange,
  type VsysSettings,
} from '@openvsys/persistence';
import { DomainError, parseTags, type Lease, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import { Transactor } from '../transactor.js';

/** What is undefined stays; null takes away. */
export interface SettingsWish {
  readonly protected?: boolean | undefined;
  readonly notes?: string | undefined;
  readonly externalId?: string | null | undefined;
  /** All of them: those that are not named go. */
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  readonly lease?: Lease | null | undefined;
}

export interface SettingsAnswer extends Omit<VsysSettings, 'expiresAt' | 'expiryAction' | 'leaseStep'> {
  readonly vsysId: VsysId;
  readonly lease: Lease | null;
}

@Injectable()
export class ManageSettings {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, id: VsysId): Promise<SettingsAnswer> {
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return answerOf(id, await getVsysSettings(session, id));
    });
  }

  /**
   * Also of a system in the recycle bin. Throws `not-found`, `stale`, `invalid-request` for wrong tags and for a lease in the
   * past, `conflict` for an external id that another system has.
   */
  async change(
    call: Call,
    id: VsysId,
    precondition: Precondition | undefined,
    wish: SettingsWish,
  ): Promise<SettingsAnswer> {
    return this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, id, 'either');
      const before = await getVsysSettings(session, id);
      requireVersion(precondition, before.version);
      const next = settingsAfter(before, wish, at);
      await writeVsysSettings(session, id, next);
      return {
        answer: answerOf(id, { ...next, version: before.version + 1 }),
        audit: {
          organizationId: vsys.organizationId,
          verb: 'vsys.settings',
          resource: id,
          detail: { fields: Object.keys(wish).filter((key) => Reflect.get(wish, key) !== undefined) },
        },
      };
    });
  }
}

/** The settings that a wish makes of the present ones. A new end of the lease begins its warnings anew. */
export function settingsAfter(before: SettingsChange, wish: SettingsWish, at: Date): SettingsChange {
  const { lease } = wish;
  if (lease && lease.expiresAt.getTime() <= at.getTime()) {
    throw new DomainError('invalid-request', 'The lease would end in the past.', {
      pointer: '/lease/expiresAt',
      remedy: 'Choose a later time, or delete or stop the system now.',
    });
  }
  return {
    protected: wish.protected ?? before.protected,
    notes: wish.notes ?? before.notes,
    tags: wish.tags === undefined ? before.tags : parseTags(wish.tags),
    externalId: wish.externalId === undefined ? before.externalId : wish.externalId,
    ...(lease === undefined
      ? { expiresAt: before.expiresAt, expiryAction: before.expiryAction, leaseStep: before.leaseStep }
      : { expiresAt: lease?.expiresAt ?? null, expiryAction: lease?.action ?? null, leaseStep: 0 }),
  };
}

function answerOf(vsysId: VsysId, settings: VsysSettings): SettingsAnswer {
  const { expiresAt, expiryAction: action, leaseStep: _step, ...rest } = settings;
  return { vsysId, ...rest, lease: expiresAt === null || action === null ? null : { expiresAt, action } };
}

/** Settings have versions of their own: they change without a new generation. */
function requireVersion(precondition: Precondition | undefined, version: number): void {
  if (precondition === undefined || precondition.generations === 'any') return;
  if (precondition.generations.includes(version)) return;
  throw new DomainError('stale', `The settings were changed meanwhile: their version is ${version}.`, {
    remedy: 'GET them again, look at what changed, and repeat with the new ETag.',
    details: { version, expected: [...precondition.generations] },
  });
}
