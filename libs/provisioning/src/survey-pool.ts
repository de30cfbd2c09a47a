/**
 * Compares what a pool holds with what is known, and says of each thing that does not fit why it does not. Pure: reads
 * nothing, removes nothing. Only what belongs to a system that is known to be deleted is proved to belong to nothing: a
 * database restored to an older point would make living systems look unknown.
 */
import {
  isNeverGivenOut,
  type PartNumbers,
  type PoolId,
  type SurveyedObject,
  type VsysId,
} from '@openvsys/vsys';

export interface SurveyedSystem {
  readonly id: VsysId;
  readonly poolId: PoolId;
  readonly deletedAt: Date | null;
  /** Last numbers that it gave to its parts. Absent: not known. */
  readonly numbers?: PartNumbers;
}

export interface SurveyedPart {
  readonly class: 'vserver' | 'vdisk' | 'vnet';
  readonly id: string;
  readonly name: string;
  readonly vsysId: VsysId;
}

export interface SurveyInput {
  readonly poolId: PoolId;
  readonly objects: readonly SurveyedObject[];
  readonly systems: readonly SurveyedSystem[];
  /** Parts that were built according to the database. */
  readonly parts: readonly SurveyedPart[];
}

export interface Finding {
  readonly kind: 'orphan' | 'twin' | 'copy' | 'foreign' | 'missing';
  readonly class: string;
  readonly uuid: string;
  readonly name: string;
  readonly vsysId: VsysId | null;
  readonly part: string | null;
  readonly reason: string;
  readonly removable: boolean;
}

/** Parts of a living system that the pool has, and that were never given out. */
export interface UnknownParts {
  readonly vsysId: VsysId;
  readonly parts: readonly string[];
}

/** What is not yet remembered as unknown: `systems` must have been read after `objects`. */
export function unknownPartsOf({
  poolId,
  objects,
  systems,
}: Omit<SurveyInput, 'parts'>): readonly UnknownParts[] {
  const genuine = Map.groupBy(
    objects.filter((object) => object.genuine && STANDALONE.has(object.class)),
    ({ vsys }) => vsys,
  );
  return systems.flatMap(({ id, poolId: home, deletedAt, numbers }) => {
    if (home !== poolId || deletedAt !== null || numbers === undefined) return [];
    const known = new Set(numbers.passedOver);
    const parts = new Set(
      (genuine.get(id) ?? [])
        .map(({ part }) => part)
        .filter((part) => !known.has(part) && isNeverGivenOut(id, part, numbers)),
    );
    return parts.size === 0 ? [] : [{ vsysId: id, parts: [...parts] }];
  });
}

/** Devices go with their VM; of them only strangers are told. */
const STANDALONE = new Set(['VM', 'VDI', 'network']);
const OBJECT_OF = { vserver: 'VM', vdisk: 'VDI', vnet: 'network' } as const;

export function surveyFindings(input: SurveyInput): readonly Finding[] {
  const systems = new Map(input.systems.map((system) => [system.id, system]));
  const genuine = input.objects.filter((object) => object.genuine && STANDALONE.has(object.class));
  return [
    ...genuine.flatMap((object) => orphanOf(object, systems.get(object.vsys), input.poolId)),
    ...twins(genuine),
    ...input.objects.flatMap(strangerOf),
    ...missing(input.parts, genuine),
  ];
}

function finding(
  kind: Finding['kind'],
  object: SurveyedObject,
  reason: string,
  removable: 'removable' | 'kept',
): Finding {
  const { class: cls, uuid, name, vsys, part } = object;
  return { kind, class: cls, uuid, name, vsysId: vsys, part, reason, removable: removable === 'removable' };
}

function orphanOf(
  object: SurveyedObject,
  system: SurveyedSystem | undefined,
  pool: PoolId,
): readonly Finding[] {
  const { vsys } = object;
  if (system === undefined) {
    const reason = `The database has never known ${vsys}; perhaps it is older than the pool, or the object is of another installation.`;
    return [finding('orphan', object, reason, 'kept')];
  }
  if (system.poolId !== pool)
    return [finding('orphan', object, `${vsys} lives in another pool; this may be its copy.`, 'kept')];
  if (system.deletedAt === null) return neverGivenOut(object, system);
  const deleted = `${vsys} was deleted at ${system.deletedAt.toISOString()}.`;
  return object.inUse
    ? [finding('orphan', object, `${deleted} The object is in use.`, 'kept')]
    : [finding('orphan', object, deleted, 'removable')];
}

function neverGivenOut(object: SurveyedObject, { id, numbers }: SurveyedSystem): readonly Finding[] {
  if (numbers === undefined || !isNeverGivenOut(id, object.part, numbers)) return [];
  const reason = `${id} has never had ${object.part}; the database is older than the pool.`;
  return [finding('orphan', object, reason, 'kept')];
}

/** System disks share the part of their server and may be several, so only VMs and networks can be twins. */
function twins(objects: readonly SurveyedObject[]): readonly Finding[] {
  const claims = Map.groupBy(
    objects.filter((object) => object.class !== 'VDI'),
    (object) => `${object.class} ${object.part}`,
  );
  return [...claims.values()]
    .filter((claimants) => claimants.length > 1)
    .flatMap((claimants) =>
      claimants.map((object) =>
        finding(
          'twin',
          object,
          `${claimants.length} objects claim to be ${object.part}; a person must look.`,
          'kept',
        ),
      ),
    );
}

function strangerOf(object: SurveyedObject): readonly Finding[] {
  if (object.genuine) return [];
  if (object.attachedTo !== null) {
    const reason = `A disk that is not ours is attached to ${object.attachedTo}.`;
    return [finding('foreign', object, reason, 'kept')];
  }
  return [
    finding(
      'copy',
      object,
      `It was copied from ${object.part} and carries its tags; it is not ours.`,
      'kept',
    ),
  ];
}

function missing(parts: readonly SurveyedPart[], objects: readonly SurveyedObject[]): readonly Finding[] {
  const there = new Set(objects.map((object) => `${object.class} ${object.part}`));
  return parts
    .filter((part) => !there.has(`${OBJECT_OF[part.class]} ${part.id}`))
    .map(({ class: cls, id, name, vsysId }) => ({
      kind: 'missing',
      class: cls,
      uuid: id,
      name,
      vsysId,
      part: id,
      reason:
        'It was built, but the pool does not have it any more; it will be made anew, without what was in it.',
      removable: false,
    }));
}
