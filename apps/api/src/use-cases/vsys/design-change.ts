/**
 * A change of a VSYS by another design, wherever the design comes from: a descriptor and parameters, another count of a
 * role, a former generation. Plan and admission take the same thing, so they cannot differ.
 */
import type { LockedSystem, PresentSystem, Session } from '@openvsys/persistence';
import type {
  Catalog,
  FailurePolicy,
  OrganizationId,
  Scope,
  TextSealer,
  VerbOf,
  VsysId,
  VsysSpec,
} from '@openvsys/vsys';
import type { Precondition } from '../precondition.js';
import type { BoundDesign } from './design-source.js';
import { nextDesign, type DesignChange as Wishes } from './next-generation.js';

/** What of the present generation a design may follow from. */
export type DescribedSystem = Pick<
  PresentSystem & LockedSystem,
  'id' | 'generation' | 'spec' | 'descriptor' | 'descriptorVersionId' | 'parameters'
>;

export interface ChangedPart {
  /** Of the operation and in the audit. */
  readonly kind: string;
  /** Id of the part; that of the system when the part is only being made. */
  readonly resource: string;
}

export interface WrittenChange {
  readonly spec: VsysSpec;
  readonly organizationId: OrganizationId;
  readonly at: Date;
}

export interface DesignChange {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  /** Undefined: it keeps its name. */
  readonly name: string | undefined;
  readonly onFailure: FailurePolicy;
  readonly verb: VerbOf<'vsys'>;
  /** What was done to which part, e.g. `vdisk.attach`; absent: the verb, to the system. */
  readonly about?: ChangedPart;
  design(session: Session, scope: Scope, vsys: DescribedSystem, sealer: TextSealer): Promise<BoundDesign>;
  /** What the present spec is taken for, when something is meant to change that usually must not. */
  regard?(previous: VsysSpec, catalog: Catalog): VsysSpec;
  /** What the spec has beside its design, e.g. contents of a new disk. */
  shape?(next: VsysSpec, session: Session, scope: Scope): VsysSpec | Promise<VsysSpec>;
  /** What is written with it, in the same transaction; not for a plan. */
  also?(session: Session, written: WrittenChange): Promise<void>;
  /** Asked before the change is admitted, not for a plan. Throws when it must not be. */
  refuse?(previous: VsysSpec, next: VsysSpec): void;
}

export interface ChangeVsysCommand extends Wishes {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  readonly name: string | undefined;
  readonly onFailure: FailurePolicy;
}

/** Another descriptor, other parameters, another name; what is not given stays. */
export function changeOf({ design, parameters, ...command }: ChangeVsysCommand): DesignChange {
  return {
    ...command,
    verb: 'change',
    design: async (session, scope, vsys, sealer) =>
      nextDesign(session, scope, vsys, { design, parameters }, sealer),
  };
}
