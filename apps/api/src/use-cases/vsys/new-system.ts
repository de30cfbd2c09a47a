/** A system to be, wherever its design comes from: a descriptor, or another system. Plan and admission take the same thing. */
import type { Session } from '@openvsys/persistence';
import type { FailurePolicy, PoolId, Scope, TextSealer, VdcId, VsysSpec } from '@openvsys/vsys';
import type { SettingsWish } from '../settings/vsys-settings.js';
import {
  bind,
  chooseDescriptor,
  type BoundDesign,
  type DesignParameters,
  type DesignSource,
} from './design-source.js';

export interface NewSystem {
  readonly name: string;
  readonly vdcId: VdcId;
  readonly onFailure: FailurePolicy;
  readonly kind: 'vsys.create' | 'vsys.clone';
  /** Set from the begin. */
  readonly settings?: SettingsWish;
  /** Only there: what it is made of is nowhere else. Absent: any pool of the zone. */
  pool?(session: Session, scope: Scope): Promise<PoolId>;
  /** What the spec has beside its design, e.g. contents of its disks. */
  shape?(spec: VsysSpec, session: Session, scope: Scope): VsysSpec | Promise<VsysSpec>;
  /** `scope`: of the organization whose it will be. Throws `not-found`, `invalid-descriptor`, `invalid-parameter`. */
  design(session: Session, scope: Scope, sealer: TextSealer): Promise<BoundDesign>;
}

export interface CreateVsysCommand {
  readonly name: string;
  readonly vdcId: VdcId;
  readonly design: DesignSource;
  readonly parameters: DesignParameters;
  readonly onFailure: FailurePolicy;
  readonly settings?: SettingsWish;
}

export function newSystemOf({ design, parameters, ...command }: CreateVsysCommand): NewSystem {
  return {
    ...command,
    kind: 'vsys.create',
    design: async (session, scope) => bind(await chooseDescriptor(session, scope, design), parameters),
  };
}
