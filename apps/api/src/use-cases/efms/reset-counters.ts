/** Lets the counters of an EFM begin at nothing. */
import { Injectable } from '@nestjs/common';
import { findCounterBase, getEfmFigures, getEfmPlace, putCounterBase } from '@openvsys/persistence';
import type { VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';
import { nextBase, type CounterChoice } from './counter-base.js';
import { nativeCounters } from './native-reports.js';

@Injectable()
export class ResetCounters {
  constructor(private readonly transactor: Transactor) {}

  /** Throws `not-found`, also for servers that are no EFM. */
  async execute(call: Call, id: VServerId, choice: CounterChoice): Promise<void> {
    await this.transactor.change(call, async (session, since) => {
      await getEfmPlace(session, call.scope, id);
      const before = await findCounterBase(session, id);
      const counters = nativeCounters(await getEfmFigures(session, call.scope, id));
      await putCounterBase(session, id, { base: nextBase(counters, choice, before?.base), since });
      const { organizationId } = call.scope;
      return {
        answer: {},
        audit: { organizationId, verb: 'efm.reset-counters', resource: id, detail: { choice } },
      };
    });
  }
}
