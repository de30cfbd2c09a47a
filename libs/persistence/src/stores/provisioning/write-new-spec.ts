/**
 * A roll-back: the engine makes an earlier wish the newest one. What described that earlier generation (design,
 * descriptor, parameters) comes along; for a roll-back to nothing the present description stays.
 */
import { DomainError, type Turn, type VsysSpec } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { writeSpecParts } from '../../write-spec-parts.js';
import type { SpecOwner } from '../../write-spec-parts.js';
import type { LockedVsys } from './hold-fence.js';

const INSERT_GENERATION = `
WITH source AS (
  SELECT design, descriptor, descriptor_version_id, parameters FROM vsys_generation
  WHERE vsys_id = $1 AND (generation = $2 - 1 OR ($5 AND reached_at IS NOT NULL))
  ORDER BY ($5 AND reached_at IS NOT NULL) DESC, generation DESC LIMIT 1
), inserted AS (
  INSERT INTO vsys_generation (vsys_id, generation, spec, design, descriptor, descriptor_version_id, parameters,
    operation_id, created_at)
  SELECT $1, $2, $3::jsonb, design, descriptor, descriptor_version_id, parameters, $6::uuid, $4::timestamptz FROM source
  RETURNING descriptor_version_id, parameters
)
UPDATE vsys SET generation = $2, changed_at = $4::timestamptz, name = $3::jsonb->>'name',
  descriptor_version_id = i.descriptor_version_id, parameters = i.parameters
FROM inserted i WHERE id = $1`;

const IS_WRITTEN = `SELECT FROM vsys_generation WHERE vsys_id = $1 AND generation = $2 AND spec = $3::jsonb`;

/** Throws `stale` when the turn was not about the newest generation; a repeat of the same turn changes nothing. */
export async function writeNewSpec(
  session: Session,
  owner: SpecOwner,
  vsys: LockedVsys,
  turn: Turn,
): Promise<void> {
  const { newSpec } = turn;
  if (newSpec === undefined) return;
  if (newSpec.generation !== turn.generation + 1) {
    throw new DomainError('internal', 'A roll-back must be one generation newer than what it rolls back.');
  }
  if (vsys.generation === newSpec.generation && (await isWritten(session, newSpec))) return;
  if (vsys.generation !== turn.generation) {
    throw new DomainError('stale', 'The VSYS was changed meanwhile.', {
      remedy: 'Read it again.',
      retry: 'same',
    });
  }
  await session.change(INSERT_GENERATION, [
    turn.vsysId,
    newSpec.generation,
    JSON.stringify(newSpec),
    turn.at,
    newSpec.presence === 'present',
    turn.operations?.find(({ generation }) => generation === newSpec.generation)?.id ?? null,
  ]);
  await writeSpecParts(session, owner, newSpec, turn.at);
}

async function isWritten(session: Session, spec: VsysSpec): Promise<boolean> {
  const found = await session.first(IS_WRITTEN, [spec.vsysId, spec.generation, JSON.stringify(spec)]);
  return found !== undefined;
}
