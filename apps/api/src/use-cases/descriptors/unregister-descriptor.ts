/** Gives a descriptor up. Its versions stay, unseen, for the systems that were made of them. */
import { Injectable } from '@nestjs/common';
import { listSystemsOfDescriptor, lockOwnDescriptor, removeDescriptor } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

/** More than these ids help nobody. */
const NAMED_SYSTEMS = 20;

/** `hide`: also while systems refer to it; they go on as they are. */
export type SystemsOfDescriptor = 'refuse' | 'hide';

@Injectable()
export class UnregisterDescriptor {
  constructor(private readonly transactor: Transactor) {}

  /**
   * With all its versions; its name is free again. Throws `not-found` for descriptors that are not the caller's, `conflict` when
   * living systems refer to it and that is not to be overlooked.
   */
  async execute(call: Call, name: string, systems: SystemsOfDescriptor): Promise<void> {
    const owner = call.principal.organizationId;
    await this.transactor.change(call, async (session, at) => {
      const { id } = await lockOwnDescriptor(session, owner, name);
      const using = await listSystemsOfDescriptor(session, id, NAMED_SYSTEMS);
      if (using.length > 0 && systems === 'refuse') throw inUse(name, using);
      await removeDescriptor(session, id, at);
      const detail = { name, systems: using };
      return {
        answer: {},
        audit: { organizationId: owner, verb: 'descriptor.remove', resource: id, detail },
      };
    });
  }
}

function inUse(name: string, systems: readonly string[]): DomainError {
  return new DomainError('conflict', `Systems are made of the descriptor “${name}”.`, {
    retry: 'after-change',
    remedy: 'Give them another descriptor, or repeat with `systems=hide`: they go on as they are.',
    details: { systems },
  });
}
