/** One EFM of the present generation as edits see it: its written configuration, the ids of its rules, and a tag of both. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@openvsys/efm';
import type { Session } from '@openvsys/persistence';
import {
  bindParameters,
  DomainError,
  openSecretValues,
  ruleIds,
  writtenEfm,
  type TextSealer,
  type WithParameters,
  type WrittenConfig,
  type WrittenEfm,
} from '@openvsys/vsys';
import type { DescribedSystem } from '../vsys/design-change.js';
import { presentDescriptor } from '../vsys/next-generation.js';

export interface PresentEfm extends WrittenEfm {
  readonly system: WithParameters;
  /** Of a firewall: of each rule, in order. */
  readonly ruleIds: readonly string[];
  /** Changes with every edit, that of a key too. */
  readonly tag: string;
}

/** 128 bits are enough to tell two configurations apart. */
const TAG_LENGTH = 32;

export const tagOf = (config: WrittenConfig): string =>
  createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, TAG_LENGTH);

/** Throws `not-found` when the newest descriptor has no such EFM. */
export async function presentEfm(
  session: Session,
  vsys: DescribedSystem,
  appliance: string,
  sealer: TextSealer,
): Promise<PresentEfm> {
  const { descriptor } = await presentDescriptor(session, vsys);
  const values = openSecretValues({ ...vsys.parameters }, vsys.id, sealer);
  const efm = writtenEfm(descriptor, appliance);
  return {
    ...efm,
    system: { descriptor, values },
    ruleIds: idsOfRules({ descriptor, values }, efm),
    tag: tagOf(efm.config),
  };
}

function idsOfRules({ descriptor, values }: WithParameters, { name, kind }: WrittenEfm): readonly string[] {
  if (kind !== 'firewall') return [];
  const efm = bindParameters(descriptor, values).efms.find((each) => each.name === name);
  return efm?.kind === 'firewall' ? ruleIds(efm.config.rules) : [];
}

/** Tags that the caller believes to be present, or `any`. */
export type ExpectedTags = readonly string[] | 'any' | undefined;

/** Throws `stale` when the present configuration is none of those that the caller named. */
export function checkTag(expected: ExpectedTags, { name, tag }: Pick<PresentEfm, 'name' | 'tag'>): void {
  if (expected === undefined || expected === 'any' || expected.includes(tag)) return;
  throw new DomainError('stale', `The configuration of “${name}” was changed meanwhile.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
    details: { tag, expected: [...expected] },
  });
}
