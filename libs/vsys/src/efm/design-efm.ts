/** An EFM of a design: its place in the system and its configuration with every default written out. */
import type { DesignNic } from '../spec/bind/vsys-design.js';

export interface DesignEfmBase<Kind extends string, Config> {
  readonly kind: Kind;
  readonly name: string;
  /** `null`: the catalogue's default for appliances. */
  readonly type: string | null;
  readonly power: 'running' | 'stopped';
  readonly startOrder: number;
  /** In VNets; the way to the internet comes with each appliance. */
  readonly nics: readonly DesignNic[];
  /** Two appliances that share virtual addresses; absent: one. */
  readonly redundant?: true;
  readonly config: Config;
}

/** Names of the appliances of an EFM. The first keeps the EFM's name, so that one alone becomes the first of a pair. */
export const applianceNames = (name: string, redundant: boolean): readonly string[] =>
  redundant ? [name, `${name}-2`] : [name];
