/**
 * The login that a server was given with its first boot, for protocols whose callers ask for it whenever they like. Each look is
 * in the audit. Guests may have changed it since.
 */
import { Injectable } from '@nestjs/common';
import { getPresentSystem, type PresentSystem, type Session } from '@openvsys/persistence';
import {
  bindParameters,
  DomainError,
  openSecretValues,
  vsysOfPart,
  type DesignLogin,
  type VServerId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { presentDescriptor } from '../vsys/next-generation.js';

@Injectable()
export class ReadFirstLogin {
  constructor(
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
  ) {}

  /** Undefined: it was given none. Throws `not-found`. */
  async find(call: Call, id: VServerId): Promise<DesignLogin | undefined> {
    // Never kept for repeats: it is a secret.
    const { login } = await this.transactor.change({ ...call, idempotency: null }, async (session) => {
      const vsys = await getPresentSystem(session, call.scope, vsysOfPart(id));
      const audit = { organizationId: vsys.organizationId, verb: 'vserver.show-login', resource: id };
      return { answer: { login: await this.loginOf(session, vsys, id) }, audit };
    });
    return login;
  }

  private async loginOf(
    session: Session,
    vsys: PresentSystem,
    id: VServerId,
  ): Promise<DesignLogin | undefined> {
    const server = vsys.spec.servers.find((each) => each.id === id);
    if (server === undefined) throw new DomainError('not-found', `No server has the id “${id}”.`);
    const { descriptor } = await presentDescriptor(session, vsys);
    const design = bindParameters(descriptor, openSecretValues({ ...vsys.parameters }, vsys.id, this.sealer));
    return design.servers.find(({ name }) => name === server.name)?.login;
  }
}
