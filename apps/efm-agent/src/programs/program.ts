/** What the agent can do with each program of a document. One file a program; the registry has them all. */
import type { ModuleProgram, ProgramName } from '@openvsys/vsys';
import type { KernelWatch } from '../network/kernel-watch.js';
import type { Folders, StagedVersion } from '../store/staged-version.js';

export interface ProgramContext {
  readonly folders: Folders;
  readonly watch: KernelWatch;
}

export interface Loading<Name extends ProgramName = ProgramName> {
  readonly program: Extract<ModuleProgram, { name: Name }>;
  readonly version: StagedVersion;
  /** What it was loaded from before, when that is known and still true. */
  readonly before: StagedVersion | undefined;
}

export interface Program<Name extends ProgramName = ProgramName> {
  /** Asks the real tool; changes nothing. Throws with the tool's own words. */
  check(loading: Loading<Name>): Promise<void>;
  /** Makes it run with this configuration, without an interruption where the tool can. Throws when it did not take it. */
  load(loading: Loading<Name>): Promise<void>;
  /** Nothing of it is left running. */
  stop(): Promise<void>;
  isRunning(): Promise<boolean>;
  /** The same for the regular look: what nobody changed need not be asked again. Absent: asking costs next to nothing. */
  glance?(): Promise<boolean>;
}

/** Does it run, as far as the regular look has to know? */
export const glance = async (program: Pick<Program, 'isRunning' | 'glance'>): Promise<boolean> =>
  program.glance === undefined ? program.isRunning() : program.glance();
