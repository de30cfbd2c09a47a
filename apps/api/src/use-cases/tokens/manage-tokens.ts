/** Creates, lists and revokes API tokens. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  generateToken,
  insertToken,
  listTokens,
  lockUser,
  revokeToken,
  type NewToken,
  type Page,
  type PageRequest,
  type Session,
  type TokenRecord,
  type UserRecord,
} from '@openvsys/persistence';
import { DomainError, type Role } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireGrantable } from '../users/grantable.js';
import { ownerOf, vdcsOf } from '../users/manage-users.js';

export interface CreateTokenCommand {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly organizationId: string | undefined;
  /** Whose it is; undefined: a program's. */
  readonly userId: string | undefined;
  readonly vdcIds: readonly string[] | undefined;
  readonly expiresAt: Date | null;
}

export type CreatedToken = NewToken & {
  readonly token: string;
  readonly revokedAt: null;
  readonly userId: string | null;
};

@Injectable()
export class ManageTokens {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call, page: PageRequest): Promise<Page<TokenRecord>> {
    return this.database.session(async (session) => listTokens(session, call.scope, page));
  }

  /** Throws `forbidden` for roles that give more than the caller may do or the user has, `not-found` for foreign VDCs. */
  async create(call: Call, command: CreateTokenCommand): Promise<CreatedToken> {
    // A repeat could only be answered by keeping the token, and tokens are kept nowhere.
    if (call.idempotency !== null) throw noRepeats();
    return this.transactor.change(call, async (session, at) => {
      const user = await userOf(session, call, command);
      const organization =
        user === undefined ? await ownerOf(session, call, command.organizationId) : user.organizationId;
      const { roles, vdcIds } = command;
      requireGrantable(call, 'A token', { roles, vdcIds, organizationId: organization });
      const token = generateToken();
      const record = {
        id: this.ids.uuid(),
        organizationId: organization,
        userId: user?.id ?? null,
        name: command.name,
        roles,
        vdcIds: vdcIds === undefined ? null : await vdcsOf(session, call, organization, vdcIds),
        createdAt: at,
        expiresAt: command.expiresAt,
      };
      await insertToken(session, record, token);
      const audit = { organizationId: organization, verb: 'token.create', resource: record.id };
      return {
        answer: { ...record, revokedAt: null, token } satisfies CreatedToken,
        audit: { ...audit, detail: { name: command.name, roles, userId: user?.id ?? null } },
      };
    });
  }

  /** Throws `not-found`. */
  async revoke(call: Call, id: string): Promise<void> {
    await this.transactor.change(call, async (session, at) => {
      if (!(await revokeToken(session, call.scope, id, at))) {
        throw new DomainError('not-found', `No token has the id “${id}”.`);
      }
      const audit = { organizationId: call.principal.organizationId, verb: 'token.revoke', resource: id };
      return { answer: {}, audit };
    });
  }
}

/** A token of a user belongs to the user's organization and gives none but the user's roles. */
async function userOf(
  session: Session,
  call: Call,
  { userId, roles }: CreateTokenCommand,
): Promise<UserRecord | undefined> {
  if (userId === undefined) return undefined;
  const user = await lockUser(session, call.scope, userId);
  const missing = roles.filter((role) => !user.roles.includes(role));
  if (missing.length === 0) return user;
  throw new DomainError('forbidden', `${user.name} does not have the roles ${missing.join(', ')}.`, {
    pointer: '/roles',
    remedy: `Choose among: ${user.roles.join(', ')}.`,
    details: { refused: missing },
  });
}

function noRepeats(): DomainError {
  return new DomainError('invalid-request', 'Creating a token cannot be repeated: the token is shown once.', {
    pointer: '/header/Idempotency-Key',
    remedy: 'Leave the Idempotency-Key out; revoke a token whose answer was lost.',
  });
}
