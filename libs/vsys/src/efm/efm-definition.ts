/**
 * What the domain has to know of a kind of EFM: how a descriptor writes it, what it refers to, what it makes of a design,
 * and what its renderer (libs/efm) is given. One folder a kind, one line in `registry.ts`.
 *
 *   descriptor ─template─► check ─concrete─► config (defaults written out) ─► input (names became addresses) ─► libs/efm
 */
import type { z } from 'zod';
import type { Violation } from '../errors.js';
import type { ApplianceInput } from './appliance-input.js';
import type { DesignEfmBase } from './design-efm.js';
import type { EfmScope } from './efm-scope.js';
import type { InputContext } from './input-context.js';

export interface EfmDefinition<
  Kind extends string,
  Template extends z.ZodType,
  Concrete extends z.ZodType,
  Config,
  Input extends ApplianceInput<Kind>,
> {
  readonly kind: Kind;
  /** As in a descriptor: values may be `${parameter}`. */
  readonly template: Template;
  readonly concrete: Concrete;
  /** `gateway`: has the first address of its VNets; `member`: an address like servers. */
  readonly seat: 'gateway' | 'member';
  /** The NICs in VNets, in order. `pointer` is relative to the EFM. `nets`: all VNets of the descriptor. */
  nics(efm: z.infer<Template>, nets: readonly string[]): readonly EfmNic[];
  /** Names that are not there, and what follows from them. */
  check(scope: EfmScope, efm: z.infer<Template>): Violation[];
  /** With every default written out. */
  config(efm: z.infer<Concrete>, vnets: readonly string[]): Config;
  /** As it may be stored and compared: what is secret is empty. */
  withoutSecrets(config: Config): Config;
  /** Names of the public IPs that it uses. */
  publicIps(config: Config): readonly string[];
  /** Ports that are reached under a public address; with a firewall in the VSYS that one forwards. */
  entries(config: Config): readonly PublicEntry[];
  input(efm: DesignEfmBase<Kind, Config>, context: InputContext): Input;
}

export interface EfmNic {
  readonly vnet: string;
  readonly address?: string;
  readonly pointer: string;
}

export interface PublicEntry {
  /** For people: `listener “http”`. */
  readonly label: string;
  readonly publicIp: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** Where it listens. */
  readonly vnet: string;
}
