/** What a change of an EFM would do: the plan of the VSYS, the native differences, and which connections would be treated differently. */
import { documentDifference, previewVerdicts, type ChangedVerdict, type FileDifference } from '@openvsys/efm';
import type { WantedInput } from '@openvsys/persistence';
import type { EfmConfig } from '@openvsys/vsys';
import type { Plan } from '../vsys/plan.js';

export interface EfmPreview {
  readonly plan: Plan;
  /** Appliances that get another document; others of the VSYS may be among them. */
  readonly appliances: readonly AppliancePreview[];
}

export interface AppliancePreview {
  readonly id: string;
  readonly name: string;
  readonly files: readonly FileDifference[];
  /** Secret files with another text. */
  readonly secrets: readonly string[];
  readonly flows: readonly ChangedVerdict[];
}

interface Looked {
  readonly before: readonly WantedInput[];
  readonly after: readonly EfmConfig[];
}

export const previewOf = (plan: Plan, { before, after }: Looked): EfmPreview => ({
  plan,
  appliances: after.map((next) =>
    appliancePreview(
      next,
      before.find(({ id }) => id === next.server),
    ),
  ),
});

function appliancePreview(next: EfmConfig, old: WantedInput | undefined): AppliancePreview {
  const known = new Map(old?.document.secrets.map(({ file, sha256 }) => [file, sha256]));
  return {
    id: next.server,
    name: next.input.name,
    files: documentDifference(old?.document.files ?? {}, next.document.files),
    secrets: next.document.secrets
      .filter(({ file, sha256 }) => known.get(file) !== sha256)
      .map(({ file }) => file),
    flows: old === undefined ? [] : previewVerdicts(old.input, next.input),
  };
}
