/** Lists operations and shows one with its steps. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getOperation,
  listOperations,
  listSteps,
  type OperationFilter,
  type OperationRecord,
  type Page,
  type PageRequest,
  type StepRecord,
} from '@openvsys/persistence';
import type { OperationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';

export type OperationQuestion = Omit<OperationFilter, 'stuckSince'> & {
  readonly stuckForSeconds?: number | undefined;
};

@Injectable()
export class ReadOperations {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** With `stuckForSeconds` only those that go on and have not got on for so long. */
  async list(
    call: Call,
    { stuckForSeconds, ...filter }: OperationQuestion,
    page: PageRequest,
  ): Promise<Page<OperationRecord>> {
    const stuckSince =
      stuckForSeconds === undefined
        ? undefined
        : new Date(this.time.now().getTime() - stuckForSeconds * 1_000);
    return this.database.session(async (session) =>
      listOperations(session, call.scope, { ...filter, stuckSince }, page),
    );
  }

  async getBare(call: Call, id: OperationId): Promise<OperationRecord> {
    return this.database.session(async (session) => getOperation(session, call.scope, id));
  }

  async get(call: Call, id: OperationId): Promise<OperationRecord & { steps: StepRecord[] }> {
    return this.database.session(async (session) => {
      const operation = await getOperation(session, call.scope, id);
      return { ...operation, steps: await listSteps(session, id) };
    });
  }
}
