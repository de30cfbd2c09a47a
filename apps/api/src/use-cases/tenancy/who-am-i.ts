/** Tells a caller who it is. */
import { Injectable } from '@nestjs/common';
import { Database, getOrganization } from '@openvsys/persistence';
import { can, PERMISSIONS, type Permission, type Role } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';

export interface Identity {
  readonly actor: string;
  readonly organizationId: string | null;
  readonly contract: string | null;
  readonly roles: readonly Role[];
  readonly permissions: readonly Permission[];
  readonly vdcIds: readonly string[] | null;
  readonly time: Date;
}

@Injectable()
export class WhoAmI {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  async execute(call: Call): Promise<Identity> {
    const { actor, organizationId, roles, vdcIds } = call.principal;
    const organization =
      organizationId === null
        ? null
        : await this.database.session(async (session) =>
            getOrganization(session, call.scope, organizationId),
          );
    const permissions = PERMISSIONS.filter((permission) => can(call.principal, permission));
    const contract = organization?.contract ?? null;
    return { actor, organizationId, contract, roles, permissions, vdcIds, time: this.time.now() };
  }
}
