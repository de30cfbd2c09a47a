/** One deployment through the public API, with what the simulated pool logged meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import type { VsysSpec } from '@openvsys/vsys';
import type { LoggedCall } from '../calls/call-log.js';
import type { DeploymentFacts } from '../calls/deployment-graph.js';
import type { PoolRow } from './simulated-pool.js';
import type { Admitted, Order, Tenant } from './tenant.js';
import type { World } from './world.js';

export interface Deployment {
  readonly admitted: Admitted;
  /** From the POST's acceptance to the end of the operation, wall clock, ms. */
  readonly wallMs: number;
  readonly log: readonly LoggedCall[];
}

const LIMIT_MS = 400_000;
/** Tasks are cleared away after their operation has ended. */
const AFTERMATH_MS = 500;

/** Throws when the deployment does not succeed. */
export async function deploy(world: World, tenant: Tenant, order: Order): Promise<Deployment> {
  const from = await world.pool.position();
  const admitted = await tenant.create(order);
  const accepted = performance.now();
  const { state, error } = await tenant.finish(admitted.operationId, LIMIT_MS);
  const wallMs = performance.now() - accepted;
  if (state !== 'succeeded') throw new Error(`the deployment ${state}: ${JSON.stringify(error)}`);
  await delay(AFTERMATH_MS);
  const { calls } = await world.pool.readLog(from);
  return { admitted, wallMs, log: calls };
}

/** The wanted state of a VSYS as it is stored. */
export async function readSpec({ database }: World, vsysId: string): Promise<VsysSpec> {
  const row = await database.session(async (session) =>
    session.first<{ spec: VsysSpec }>(
      'SELECT spec FROM vsys_generation WHERE vsys_id = $1 ORDER BY generation DESC LIMIT 1',
      [vsysId],
    ),
  );
  if (row === undefined) throw new Error(`${vsysId} has no spec`);
  return row.spec;
}

/** Which VM is which server and which disk is whose: from the pool's own tables. */
export async function readFacts({ pool }: World, { servers }: VsysSpec): Promise<DeploymentFacts> {
  const order = new Map<unknown, number>(servers.map(({ id, startOrder }) => [id, startOrder]));
  const vms = await pool.readTable('VM');
  const vbds = await pool.readTable('VBD');
  return {
    startOrderOf: new Map(
      vms.flatMap((vm): [string, number][] => {
        const startOrder = order.get(vm['name_label']);
        return startOrder === undefined ? [] : [[vm.ref, startOrder]];
      }),
    ),
    vmOfDisk: new Map(
      vbds.filter(({ VDI }) => typeof VDI === 'string').map((vbd) => [text(vbd, 'VDI'), text(vbd, 'VM')]),
    ),
  };
}

function text(row: PoolRow, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : '';
}
