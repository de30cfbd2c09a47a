/**
 * Creates, lists and changes users. A user is never deleted: the audit names it.
 *
 *   active ──disable──► disabled: its tokens are refused
 *      ▲─────enable───────┘
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getOrganization,
  getVdc,
  insertUser,
  listUsers,
  lockUser,
  updateUser,
  type Session,
  type UserRecord,
  type UserState,
} from '@openvsys/persistence';
import {
  DomainError,
  organizationId,
  vdcId,
  type OrganizationId,
  type Role,
  type VdcId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireGrantable } from './grantable.js';

export interface CreateUserCommand {
  readonly name: string;
  readonly email: string | undefined;
  readonly subject: string | undefined;
  readonly roles: readonly Role[];
  readonly vdcIds: readonly string[] | undefined;
  readonly organizationId: string | undefined;
}

export interface ChangeUserCommand {
  readonly email: string | undefined;
  /** Empty: none any more. */
  readonly subject: string | undefined;
  readonly roles: readonly Role[] | undefined;
  /** Empty: all VDCs. */
  readonly vdcIds: readonly string[] | undefined;
  readonly state: UserState | undefined;
}

@Injectable()
export class ManageUsers {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call): Promise<readonly UserRecord[]> {
    return this.database.session(async (session) => listUsers(session, call.scope));
  }

  /**
   * Throws `conflict` when the organization has a user of this name, `forbidden` for roles that give more than the caller may
   * do, `not-found` for foreign VDCs.
   */
  async create(call: Call, command: CreateUserCommand): Promise<UserRecord> {
    return this.transactor.change(call, async (session, at) => {
      const organization = await ownerOf(session, call, command.organizationId);
      const { name, email = null, subject = null, roles, vdcIds } = command;
      requireGrantable(call, 'A user', { roles, vdcIds, organizationId: organization });
      const user: UserRecord = {
        id: this.ids.uuid(),
        organizationId: organization,
        name,
        email,
        subject,
        roles,
        vdcIds: vdcIds === undefined ? null : await vdcsOf(session, call, organization, vdcIds),
        state: 'active',
        createdAt: at,
      };
      await insertUser(session, user);
      return { answer: user, audit: auditOf(user, 'user.create', { name, roles, vdcIds: user.vdcIds }) };
    });
  }

  /** Holds at once for all tokens of the user. Throws as `create` does, and `conflict` for callers that would lock themselves out. */
  async change(call: Call, id: string, command: ChangeUserCommand): Promise<UserRecord> {
    return this.transactor.change(call, async (session) => {
      const before = await lockUser(session, call.scope, id);
      const user = await changed(session, call, before, command);
      // Neither somebody who may do more nor somebody who would: that would be a way to more than one has.
      for (const { roles, vdcIds, organizationId: organization } of [before, user])
        requireGrantable(call, 'A user', {
          roles,
          vdcIds: vdcIds ?? undefined,
          organizationId: organization,
        });
      if (user.state === 'disabled' && call.principal.actor === `user:${id}`) throw lockedOut();
      await updateUser(session, user);
      return { answer: user, audit: auditOf(user, 'user.change', definedOf(command)) };
    });
  }
}

async function changed(
  session: Session,
  call: Call,
  before: UserRecord,
  { email, subject, roles, vdcIds, state }: ChangeUserCommand,
): Promise<UserRecord> {
  if ([email, subject, roles, vdcIds, state].every((each) => each === undefined)) {
    throw new DomainError('invalid-request', 'Nothing is to be changed.', {
      remedy: 'Send `email`, `subject`, `roles`, `vdcIds` or `state`.',
    });
  }
  return {
    ...before,
    email: email ?? before.email,
    subject: subject === undefined ? before.subject : subject === '' ? null : subject,
    roles: roles ?? before.roles,
    state: state ?? before.state,
    vdcIds: await nextVdcs(session, call, before, vdcIds),
  };
}

async function nextVdcs(
  session: Session,
  call: Call,
  before: UserRecord,
  vdcIds: readonly string[] | undefined,
): Promise<readonly VdcId[] | null> {
  if (vdcIds === undefined) return before.vdcIds;
  return vdcIds.length === 0 ? null : vdcsOf(session, call, before.organizationId, vdcIds);
}

/** Throws `not-found` for VDCs that the organization does not have. */
export async function vdcsOf(
  session: Session,
  call: Call,
  organization: OrganizationId | null,
  ids: readonly string[],
): Promise<readonly VdcId[]> {
  const scope = organization === null ? call.scope : call.scope.within(organization);
  const vdcs: VdcId[] = [];
  for (const id of ids) vdcs.push((await getVdc(session, scope, vdcId(id))).id);
  return vdcs;
}

/** The caller's own organization unless the provider names one. */
export async function ownerOf(
  session: Session,
  call: Call,
  given: string | undefined,
): Promise<OrganizationId | null> {
  if (given === undefined) return call.principal.organizationId;
  return (await getOrganization(session, call.scope, organizationId(given))).id;
}

function auditOf(user: UserRecord, verb: string, detail: object) {
  return { organizationId: user.organizationId, verb, resource: user.id, detail };
}

function definedOf(command: ChangeUserCommand): object {
  return Object.fromEntries(Object.entries(command).filter(([, value]) => value !== undefined));
}

function lockedOut(): DomainError {
  return new DomainError('conflict', 'You would lock yourself out.', {
    pointer: '/state',
    remedy: 'Let another administrator do it.',
    retry: 'never',
  });
}
