/**
 * What every kind of EFM brings. A new kind is a new folder with the same files and a line in the registry:
 * model, validate, advise, render, counters, logs, capabilities, reachability, module.
 */
import type {
  ApplianceInterface,
  ApplianceRoute,
  EfmKind,
  ModuleInput,
  ModuleProbe,
  ModuleProgram,
  Violation,
} from '@openvsys/vsys';
import type { Capabilities } from './capabilities.js';
import type { EfmCounter, EfmLogEntry, NativeCounter, NativeLogLine } from './observation.js';
import type { Flow, Verdict } from './reachability.js';

export type InputOf<Kind extends EfmKind> = Extract<ModuleInput, { kind: Kind }>;

export interface EfmModule<Kind extends EfmKind> {
  readonly kind: Kind;
  /** Version of the document's layout. Grows when an appliance of today could not read it any more. */
  readonly format: number;
  readonly capabilities: Capabilities;
  /** Errors: nothing is made of it. `at`: certificates must be valid then; without it their time is not looked at. */
  validate(input: InputOf<Kind>, at?: Date): Violation[];
  /** What is surely not meant, but harmless. */
  advise(input: InputOf<Kind>, at?: Date): Violation[];
  render(input: InputOf<Kind>): RenderedModule;
  /** What the native counters of an appliance say about rules and members. Unknown ones are left out. */
  counters(input: InputOf<Kind>, native: readonly NativeCounter[]): EfmCounter[];
  /** What a native log line says; undefined when it is none of ours. */
  logs(input: InputOf<Kind>, line: NativeLogLine): EfmLogEntry | undefined;
  /** Would a new connection pass, by the same model that is rendered. */
  verdict(input: InputOf<Kind>, flow: Flow): Verdict;
  /** Connections that a change from one to the other is about, the most telling ones first. */
  samples(before: InputOf<Kind>, after: InputOf<Kind>): Flow[];
}

/** The parts of a document that differ between kinds; interfaces of NICs and the pair are the same for all. */
export interface RenderedModule {
  readonly files: Readonly<Record<string, string>>;
  /** Without keepalived, which a pair of any kind has. */
  readonly programs: readonly ModuleProgram[];
  readonly forwarding: boolean;
  readonly probes: readonly ModuleProbe[];
  /** Tunnels. */
  readonly interfaces?: readonly ApplianceInterface[];
  readonly routes?: readonly ApplianceRoute[];
}
