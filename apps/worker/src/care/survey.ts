/** Compares an owned pool with the database and keeps what does not fit. */
import { surveyFindings, unknownPartsOf, type Finding } from '@openvsys/provisioning';
import type { Fence, PoolCare } from '@openvsys/vsys';
import type { WorkerParts } from '../worker-parts.js';

export async function surveyPool(
  care: Pick<PoolCare, 'survey'>,
  fence: Fence,
  parts: Pick<WorkerParts, 'findings' | 'clock'>,
): Promise<readonly Finding[]> {
  // What is known to be built first, then the pool: what is removed in between is then gone from both.
  const built = await parts.findings.listBuiltParts(fence.poolId);
  const objects = care.survey();
  const ids = [...new Set(objects.map(({ vsys }) => vsys))];
  const systems = await parts.findings.listSystems(ids);
  const { poolId } = fence;
  // New parts must not get the numbers of parts that an older database has forgotten.
  await parts.findings.passOver(fence, unknownPartsOf({ poolId, objects, systems }));
  const findings = surveyFindings({ poolId, objects, systems, parts: built });
  await parts.findings.replace(fence, findings, parts.clock.now());
  return findings;
}

/** How many of each kind. */
export function countFindings(findings: readonly Finding[]): Record<Finding['kind'], number> {
  const counts = { orphan: 0, twin: 0, copy: 0, foreign: 0, missing: 0 };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}
