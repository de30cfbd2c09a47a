/**
 * Keeps the servers of suspended and closed organizations stopped, and deletes the systems of closed ones when their
 * retention is over. Any number of workers may do it: a system is locked, and what is wanted so already stays as it is.
 */
import {
  listSystemsToDelete,
  listSystemsToStop,
  type Database,
  type SystemToEnd,
} from '@openvsys/persistence';
import { asDomainError, type VsysId } from '@openvsys/vsys';
import { deleteSystem, stopServers } from './change-systems.js';

export interface TenantParts {
  readonly database: Pick<Database, 'transaction' | 'session'>;
  readonly newId: () => string;
}

export interface TenantRun {
  readonly stopped: readonly VsysId[];
  readonly deleted: readonly VsysId[];
  /** Tried again with the next run. */
  readonly failed: readonly { readonly vsys: VsysId; readonly reason: string }[];
}

/** A run stays short; what is left is done in the next one. */
const MOST_SYSTEMS_A_RUN = 500;

export async function settleTenants(parts: TenantParts, at: Date): Promise<TenantRun> {
  const { database, newId } = parts;
  const failed: { vsys: VsysId; reason: string }[] = [];
  const end = async (
    systems: readonly SystemToEnd[],
    work: (system: SystemToEnd) => Promise<boolean>,
  ): Promise<readonly VsysId[]> => {
    const ended: VsysId[] = [];
    for (const system of systems) {
      try {
        if (await work(system)) ended.push(system.vsysId);
      } catch (thrown) {
        failed.push({ vsys: system.vsysId, reason: asDomainError(thrown).message });
      }
    }
    return ended;
  };
  const facts = () => ({ operationId: newId(), eventId: newId(), at });
  // What is deleted need not be stopped before.
  const deleted = await end(
    await database.session(async (session) => listSystemsToDelete(session, at, MOST_SYSTEMS_A_RUN)),
    async ({ organizationId, vsysId }) =>
      database.transaction(async (session) => {
        const order = {
          actor: `organization:${organizationId}`,
          kind: 'organization.delete',
          organizationId,
        };
        return deleteSystem(session, order, vsysId, facts());
      }),
  );
  const stopped = await end(
    await database.session(async (session) => listSystemsToStop(session, MOST_SYSTEMS_A_RUN)),
    async ({ organizationId, vsysId }) =>
      database.transaction(async (session) => {
        const order = { actor: `organization:${organizationId}`, kind: 'organization.stop', organizationId };
        return stopServers(session, { ...order, protectedServers: [] }, vsysId, facts());
      }),
  );
  return { stopped, deleted, failed };
}
