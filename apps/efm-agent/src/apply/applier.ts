/**
 * From one document to another, all or nothing.
 *
 *   stage ─► check all ─► links ─► programs in order ─► tunnels ─► stop what is not named ─► probes ─► done
 *     │          │          └───────────────┴──────────────┴─────── any failure ──────────────┴──► back to what was
 *     └──────────┴── refused: nothing was touched
 */
import { join } from 'node:path';
import type { ModuleProgram, ProgramName } from '@openvsys/vsys';
import type { AgentDocument } from '../document.js';
import { listLinks } from '../network/ip-json.js';
import type { KernelWatch } from '../network/kernel-watch.js';
import { applyNetwork, type NetworkState } from '../network/network.js';
import { probeAll, type ProbeResult } from '../probes/probe.js';
import { glance, type Loading, type Program } from '../programs/program.js';
import { PROGRAM_NAMES, type Programs } from '../programs/registry.js';
import { findText, writeAtomically } from '../store/atomic-file.js';
import { fingerprintOf, stageVersion, type Folders, type StagedVersion } from '../store/staged-version.js';

/** `refused`: nothing was touched · `failed`: it was tried and did not work, so the caller goes back. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError';

  constructor(
    readonly state: 'refused' | 'failed',
    message: string,
    readonly probes: readonly ProbeResult[] = [],
  ) {
    super(message);
  }
}

export class Applier {
  /** What runs now, as far as this process loaded it. */
  private present: StagedVersion | undefined;

  private readonly restoreNetwork: (wanted: NetworkState) => Promise<void>;

  constructor(
    private readonly folders: Folders,
    private readonly programs: Programs,
    watch: KernelWatch,
  ) {
    this.restoreNetwork = watch.remember(async (wanted) => {
      await applyNetwork(wanted, 'links');
      await applyNetwork(wanted, 'tunnels');
    });
  }

  /** Throws ApplyError `refused`. */
  async prepare(wanted: AgentDocument): Promise<StagedVersion> {
    try {
      const version = await stageVersion(this.folders, wanted);
      for (const program of wanted.document.programs) {
        await this.programOf(program).check({ program, version, before: this.present });
      }
      return version;
    } catch (error) {
      throw new ApplyError('refused', messageOf(error));
    }
  }

  /** Throws ApplyError `failed`; whatever runs then is a mixture that the caller must not leave. */
  async load(version: StagedVersion): Promise<readonly ProbeResult[]> {
    const { document } = version;
    try {
      await applyNetwork(document, 'links');
      for (const program of document.programs) await this.loadProgram(program, version);
      await applyNetwork(document, 'tunnels');
      await this.stopOthers(document.programs.map(({ name }) => name));
    } catch (error) {
      this.present = undefined;
      throw new ApplyError('failed', messageOf(error));
    }
    const probes = await probeAll(document.probes, {
      isRunning: async (name) => this.programs[name].isRunning(),
      listLinks,
      interfaces: document.interfaces,
    });
    this.present = version;
    const failed = probes.find(({ ok }) => !ok);
    if (failed) throw new ApplyError('failed', `Probe ${failed.name}: ${failed.message}`, probes);
    return probes;
  }

  /** Back to an appliance without a configuration: nothing runs, nothing is forwarded, the network is as it was found. */
  async unload(network: NetworkState): Promise<void> {
    this.present = undefined;
    await this.stopOthers([]);
    await applyNetwork({ ...network, forwarding: false }, 'links');
  }

  /** What is not as it should be is loaded again: somebody flushed the rules, a daemon died. Names what was mended. */
  async repair(version: StagedVersion): Promise<readonly ProgramName[]> {
    const mended: ProgramName[] = [];
    for (const program of version.document.programs) {
      const runner = this.programOf(program);
      if (await glance(runner)) continue;
      await runner.load({ program, version, before: undefined });
      mended.push(program.name);
    }
    await this.restoreNetwork(version.document);
    return mended;
  }

  private async loadProgram(program: ModuleProgram, version: StagedVersion): Promise<void> {
    const mark = join(this.folders.run, `${program.name}.loaded`);
    const fingerprint = fingerprintOf(version.document, program);
    const runner = this.programOf(program);
    const isRunning = await runner.isRunning();
    if (isRunning && (await findText(mark)) === fingerprint) return;
    const before = isRunning ? this.present : undefined;
    // Forgotten first: a failure in the middle leaves nobody knows what.
    await writeAtomically(mark, '');
    await runner.load({ program, version, before });
    await writeAtomically(mark, fingerprint);
  }

  private async stopOthers(wanted: readonly ProgramName[]): Promise<void> {
    for (const name of PROGRAM_NAMES) {
      if (!wanted.includes(name)) await this.programs[name].stop();
    }
  }

  /** The program of a name takes loadings of that name: the registry's type says so, a lookup by a union cannot. */
  private programOf(program: ModuleProgram): Program {
    return this.programs[program.name] as { [Key in keyof Program]: Program[Key] } & {
      check(loading: Loading): Promise<void>;
      load(loading: Loading): Promise<void>;
    };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
