/**
 * Asks services inside systems through the agents of their appliances, which fetch what is asked and tell what they found.
 *
 *   asked ──agent takes it──► looks for some seconds ──answered──► done
 *     ▲                                │
 *     └────── silent, or lost ◄────────┘
 *
 * A worker that dies leaves rows that are forgotten; the next one asks anew.
 */
import {
  asDomainError,
  type Clock,
  type ServiceProbe,
  type ServiceProber,
  type VServerId,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../database.js';
import {
  findEfmProbeState,
  insertEfmProbe,
  removeEfmProbes,
  type EfmProbeState,
} from '../repositories/efm-probes.js';

export interface PgServiceProberParts {
  readonly database: Pick<Database, 'session' | 'transaction'>;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/** Long enough to bother nobody, short enough to be given up soon, s. */
const PROBE_SECONDS = 20;
/** Between two looks for an answer, ms: at the beginning, and after `PROMPT_LOOKS`. */
const PROMPT_MS = 500;
const PATIENT_MS = 3_000;
const PROMPT_LOOKS = 20;
const OVER: readonly EfmProbeState[] = ['silent', 'lost'];

export class PgServiceProber implements ServiceProber {
  constructor(private readonly parts: PgServiceProberParts) {}

  async answered(probe: ServiceProbe, signal: AbortSignal): Promise<void> {
    const asked = new Map<VServerId, string>();
    try {
      for (let looks = 0; ; looks += 1) {
        if (await this.look(probe, asked)) return;
        await this.parts.clock.sleep(looks < PROMPT_LOOKS ? PROMPT_MS : PATIENT_MS, signal);
        signal.throwIfAborted();
      }
    } finally {
      await this.forget([...asked.values()]);
    }
  }

  /** A database that is away for a moment is no answer. */
  private async look(probe: ServiceProbe, asked: Map<VServerId, string>): Promise<boolean> {
    try {
      return await this.parts.database.transaction(async (session) => {
        const { address, port, path = null } = probe;
        const wish = { address, port, path, seconds: PROBE_SECONDS };
        for (const vserverId of probe.appliances) {
          const before = asked.get(vserverId);
          const state = before === undefined ? 'lost' : await findEfmProbeState(session, before);
          if (state === 'answered') return true;
          if (!OVER.includes(state)) continue;
          if (before !== undefined) await removeEfmProbes(session, [before]);
          const id = uuidv7();
          await insertEfmProbe(session, { id, vserverId, wish });
          asked.set(vserverId, id);
        }
        return false;
      });
    } catch (thrown) {
      const error = asDomainError(thrown).message;
      this.parts.log.warn({ appliances: probe.appliances, error }, 'a port could not be asked');
      return false;
    }
  }

  private async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    // What is left over is forgotten later.
    await this.parts.database
      .transaction(async (session) => removeEfmProbes(session, ids))
      .catch(() => undefined);
  }
}
