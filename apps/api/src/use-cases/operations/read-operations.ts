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

@Injectable()
export class ReadOperations {
  constructor(private readonly database: Database) {}

  async list(call: Call, filter: OperationFilter, page: PageRequest): Promise<Page<OperationRecord>> {
    return this.database.session(async (session) => listOperations(session, call.scope, filter, page));
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
