/** The kinds of EFMs that there are. What the rest of the domain knows of them, it knows from here. */
import { z } from 'zod';
import type { Violation } from '../errors.js';
import type { DesignEfmBase } from './design-efm.js';
import type { EfmNic, PublicEntry } from './efm-definition.js';
import type { EfmScope } from './efm-scope.js';
import { firewallDefinition } from './firewall/definition.js';
import type { InputContext } from './input-context.js';
import { loadBalancerDefinition } from './load-balancer/definition.js';
import { vpnDefinition } from './vpn/definition.js';

/** A new kind is a line here. */
const DEFINITIONS = {
  firewall: firewallDefinition,
  'load-balancer': loadBalancerDefinition,
  vpn: vpnDefinition,
};

type Definitions = typeof DEFINITIONS;
export type EfmKind = keyof Definitions;
type Template<Kind extends EfmKind = EfmKind> = z.infer<Definitions[Kind]['template']>;
type Concrete<Kind extends EfmKind = EfmKind> = z.infer<Definitions[Kind]['concrete']>;
type Config<Kind extends EfmKind> = ReturnType<Definitions[Kind]['config']>;
type Input<Kind extends EfmKind> = ReturnType<Definitions[Kind]['input']>;

/** An EFM of a design. */
export type EfmDesign = { readonly [Kind in EfmKind]: DesignEfmBase<Kind, Config<Kind>> }[EfmKind];
/** Rules of one appliance with every name resolved to addresses. */
export type ModuleInput = { readonly [Kind in EfmKind]: Input<Kind> }[EfmKind];

export const EFM_KINDS = Object.keys(DEFINITIONS) as readonly EfmKind[];

const unionOf = <
  S extends { readonly [Kind in EfmKind]: Definitions[Kind]['template' | 'concrete'] }[EfmKind],
>(
  schemas: readonly S[],
) => z.discriminatedUnion('kind', schemas as [S, ...S[]]).meta({ title: 'EFM' });

const all = Object.values(DEFINITIONS);
export const efmTemplate = unionOf(all.map(({ template }) => template));
export const efmConcrete = unionOf(all.map(({ concrete }) => concrete));

/** The functions of all kinds, seen as one kind that takes what any of them takes. Only for pairs of one kind. */
interface AnyDefinition {
  readonly seat: 'gateway' | 'member';
  nics(efm: Template, nets: readonly string[]): readonly EfmNic[];
  check(scope: EfmScope, efm: Template): Violation[];
  config(efm: Concrete, vnets: readonly string[]): EfmDesign['config'];
  withoutSecrets(config: EfmDesign['config']): EfmDesign['config'];
  publicIps(config: EfmDesign['config']): readonly string[];
  entries(config: EfmDesign['config']): readonly PublicEntry[];
  input(efm: EfmDesign, context: InputContext): ModuleInput;
}
const definitionOf = (kind: EfmKind): AnyDefinition => DEFINITIONS[kind];

export const seatOf = (kind: EfmKind): AnyDefinition['seat'] => definitionOf(kind).seat;
export const efmNics = (efm: Template, nets: readonly string[]): readonly EfmNic[] =>
  definitionOf(efm.kind).nics(efm, nets);
export const checkEfm = (scope: EfmScope, efm: Template): Violation[] =>
  definitionOf(efm.kind).check(scope, efm);
export const publicIpsOf = (efm: EfmDesign): readonly string[] =>
  definitionOf(efm.kind).publicIps(efm.config);
export const entriesOf = (efm: EfmDesign): readonly PublicEntry[] =>
  definitionOf(efm.kind).entries(efm.config);
export const inputOf = (efm: EfmDesign, context: InputContext): ModuleInput =>
  definitionOf(efm.kind).input(efm, context);

/** The EFM as it may be stored: what is secret is empty. */
export const efmWithoutSecrets = (efm: EfmDesign): EfmDesign =>
  ({ ...efm, config: definitionOf(efm.kind).withoutSecrets(efm.config) }) as EfmDesign;

/** The EFM of a design that a concrete descriptor's is; its place was decided by the caller. */
export function designEfm(
  efm: Concrete,
  place: Omit<DesignEfmBase<EfmKind, never>, 'kind' | 'config'>,
): EfmDesign {
  const config = definitionOf(efm.kind).config(
    efm,
    place.nics.map(({ vnet }) => vnet),
  );
  return { ...place, kind: efm.kind, config } as EfmDesign;
}
