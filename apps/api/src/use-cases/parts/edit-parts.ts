/**
 * Changes single parts of a system, or says what that would do. An edit is a change of the system like any other: the descriptor of
 * the present generation is edited, the whole is admitted. It is read with the system's row locked, so callers who change
 * different parts at once queue behind each other, each sees what the one before made, and none is refused because another
 * one is under way.
 */
import { Injectable } from '@nestjs/common';
import {
  draftError,
  openSecretValues,
  sourceOfDraft,
  type FailurePolicy,
  type SystemDraft,
  type SystemSource,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeVsys } from '../vsys/change-vsys.js';
import type { ChangedPart, DesignChange } from '../vsys/design-change.js';
import { bind } from '../vsys/design-source.js';
import { presentDescriptor } from '../vsys/next-generation.js';
import { PlanVsys } from '../vsys/plan-vsys.js';
import type { Plan } from '../vsys/plan.js';

/** What an edit sees: what the system was made from, and its parts with their ids. */
export interface PresentParts extends SystemSource {
  readonly spec: VsysSpec;
}

export interface PartEdit {
  readonly vsysId: VsysId;
  readonly about: ChangedPart;
  /** Asked inside the transaction of the change, with the system locked. Throws what is wrong with the wish. */
  readonly draft: (present: PresentParts) => SystemDraft;
  /** What the present spec is taken for. */
  readonly regard?: DesignChange['regard'];
  /** What the next spec has beside its design. */
  readonly shape?: DesignChange['shape'];
  /** What is written with it, in the same transaction. */
  readonly also?: DesignChange['also'];
}

export interface EditOptions {
  /** Absent: whatever generation is present. */
  readonly precondition?: Precondition | undefined;
  readonly onFailure?: FailurePolicy | undefined;
}

@Injectable()
export class EditParts {
  constructor(
    private readonly change: ChangeVsys,
    private readonly plan: PlanVsys,
  ) {}

  /** Throws `not-found`, `stale`, and all that changing a system throws, with places in what the caller sent. */
  async execute(call: Call, edit: PartEdit, options: EditOptions = {}): Promise<Accepted> {
    const { change, drafted } = changeOf(edit, options);
    return inTerms(drafted, async () => this.change.execute(call, change));
  }

  /** What it would do. Nothing is stored or reserved. */
  async preview(call: Call, edit: PartEdit, options: EditOptions = {}): Promise<Plan> {
    const { change, drafted } = changeOf(edit, options);
    return inTerms(drafted, async () => this.plan.ofChange(call, change));
  }
}

/** The draft is known once the edit was made: for places in errors. */
interface WatchedChange {
  readonly change: DesignChange;
  readonly drafted: () => SystemDraft | undefined;
}

function changeOf(
  { vsysId, about, draft, regard, shape, also }: PartEdit,
  options: EditOptions,
): WatchedChange {
  let made: SystemDraft | undefined;
  return {
    drafted: () => made,
    change: {
      vsysId,
      about,
      ...(regard === undefined ? {} : { regard }),
      ...(shape === undefined ? {} : { shape }),
      ...(also === undefined ? {} : { also }),
      precondition: options.precondition,
      name: undefined,
      onFailure: options.onFailure ?? 'rollback',
      verb: 'change',
      design: async (session, _scope, vsys, sealer) => {
        const { descriptor } = await presentDescriptor(session, vsys);
        const values = openSecretValues({ ...vsys.parameters }, vsys.id, sealer);
        made = draft({ descriptor, values, spec: vsys.spec });
        const next = sourceOfDraft(made);
        return bind({ descriptor: next.descriptor, versionId: null, inline: next.descriptor }, next.values);
      },
    },
  };
}

async function inTerms<T>(drafted: () => SystemDraft | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const draft = drafted();
    throw draft === undefined ? error : draftError(draft, error);
  }
}
