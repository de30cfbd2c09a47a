/** Creates, lists and revokes API tokens. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  generateToken,
  getOrganization,
  getVdc,
  insertToken,
  listTokens,
  revokeToken,
  type NewToken,
  type Session,
  type TokenRecord,
} from '@openvsys/persistence';
import {
  DomainError,
  isForProvider,
  isProvider,
  PERMISSIONS_OF,
  can,
  organizationId,
  vdcId,
  type OrganizationId,
  type Role,
  type VdcId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface CreateTokenCommand {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly organizationId: string | undefined;
  readonly vdcIds: readonly string[] | undefined;
  readonly expiresAt: Date | null;
}

export type CreatedToken = NewToken & { readonly token: string; readonly revokedAt: null };

@Injectable()
export class ManageTokens {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  async list(call: Call): Promise<readonly TokenRecord[]> {
    return this.database.session(async (session) => listTokens(session, call.scope));
  }

  /** Throws `forbidden` for roles that give more than the caller may do, `not-found` for foreign VDCs. */
  async create(call: Call, command: CreateTokenCommand): Promise<CreatedToken> {
    // A repeat could only be answered by keeping the token, and tokens are kept nowhere.
    if (call.idempotency !== null) throw noRepeats();
    return this.transactor.change(call, async (session, at) => {
      const organization = await this.organizationOf(session, call, command);
      requireGrantable(call, command, organization);
      const token = generateToken();
      const record: NewToken = {
        id: this.ids.uuid(),
        organizationId: organization,
        name: command.name,
        roles: command.roles,
        vdcIds: await vdcsOf(session, call, command, organization),
        createdAt: at,
        expiresAt: command.expiresAt,
      };
      await insertToken(session, record, token);
      const audit = { organizationId: organization, verb: 'token.create', resource: record.id };
      return {
        answer: { ...record, revokedAt: null, token },
        audit: { ...audit, detail: { name: command.name, roles: command.roles } },
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

  private async organizationOf(
    session: Session,
    call: Call,
    command: CreateTokenCommand,
  ): Promise<OrganizationId | null> {
    if (command.organizationId === undefined) return call.principal.organizationId;
    return (await getOrganization(session, call.scope, organizationId(command.organizationId))).id;
  }
}

/** Nobody gives away more than they have; a caller bound to VDCs gives nothing that is not. */
function requireGrantable(
  call: Call,
  command: CreateTokenCommand,
  organization: OrganizationId | null,
): void {
  const refused = command.roles.filter(
    (role) =>
      (isForProvider(role) && (organization !== null || !isProvider(call.principal))) ||
      PERMISSIONS_OF[role].some((permission) => !can(call.principal, permission)),
  );
  const unbound = call.scope.vdcIds !== null && command.vdcIds === undefined;
  if (refused.length === 0 && !unbound) return;
  throw new DomainError('forbidden', 'A token cannot give more than its maker may do.', {
    pointer: unbound ? '/vdcIds' : '/roles',
    remedy: unbound ? 'Name some of your own VDCs.' : `Leave out: ${refused.join(', ')}.`,
    details: { refused },
  });
}

async function vdcsOf(
  session: Session,
  call: Call,
  command: CreateTokenCommand,
  organization: OrganizationId | null,
): Promise<readonly VdcId[] | null> {
  if (command.vdcIds === undefined) return null;
  const scope = organization === null ? call.scope : call.scope.within(organization);
  const vdcs: VdcId[] = [];
  for (const id of command.vdcIds) vdcs.push((await getVdc(session, scope, vdcId(id))).id);
  return vdcs;
}

function noRepeats(): DomainError {
  return new DomainError('invalid-request', 'Creating a token cannot be repeated: the token is shown once.', {
    pointer: '/header/Idempotency-Key',
    remedy: 'Leave the Idempotency-Key out; revoke a token whose answer was lost.',
  });
}
