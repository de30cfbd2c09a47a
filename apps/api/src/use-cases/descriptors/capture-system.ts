/** A running system as a new private descriptor. */
import { Injectable } from '@nestjs/common';
import { getPresentSystem, type DescriptorVersionRecord } from '@openvsys/persistence';
import {
  capturedDescriptor,
  DomainError,
  openSecretValues,
  printDescriptor,
  type CaptureWish,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { presentDescriptor } from '../vsys/next-generation.js';
import { storeVersion } from './store-version.js';

@Injectable()
export class CaptureSystem {
  constructor(
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
  ) {}

  /**
   * A version of a descriptor of the caller's organization, from the newest generation whatever of it is reached. Throws
   * `not-found`, `invalid-request` for images of unknown roles, `invalid-descriptor` for a name that is none, `conflict` when the
   * version is there with another text, `forbidden` to the provider, whose descriptors everybody would see.
   */
  async capture(call: Call, id: VsysId, wish: CaptureWish): Promise<DescriptorVersionRecord> {
    const { organizationId } = call.principal;
    if (organizationId === null)
      throw new DomainError('forbidden', 'Systems of tenants do not become descriptors for everybody.', {
        remedy: 'Capture it as a user of its organization.',
      });
    return this.transactor.change(call, async (session, at) => {
      const vsys = await getPresentSystem(session, call.scope, id);
      const { descriptor } = await presentDescriptor(session, vsys);
      const values = openSecretValues({ ...vsys.parameters }, vsys.id, this.sealer);
      const captured = capturedDescriptor({ descriptor, values }, wish);
      const origin = { capturedFrom: id, generation: vsys.generation };
      return storeVersion(
        session,
        { organizationId, scope: call.scope },
        printDescriptor(captured),
        at,
        origin,
      );
    });
  }
}
