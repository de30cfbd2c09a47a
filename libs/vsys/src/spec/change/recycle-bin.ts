/**
 * The recycle bin: a deleted system is stopped and kept for a while.
 *
 *   present ──delete──► in the bin, stopped ──purge, or its time is over──► absent
 *      ▲                        │
 *      └───────restore──────────┘   power as it was
 */
import type { VsysSpec } from '../vsys-spec.js';
import { absent } from './next-generation.js';

const HOUR_MS = 3_600_000;

export interface Binned {
  readonly at: Date;
  /** From then on it is deleted for good. */
  readonly purgeAt: Date;
}

export interface Farewell {
  readonly kind: 'vsys.bin' | 'vsys.delete';
  readonly spec: VsysSpec;
  /** Undefined: deleted at once. */
  readonly bin: Binned | undefined;
}

/** What deleting a system means where deleted ones are kept for so many hours (0: not at all). */
export function farewellOf(spec: VsysSpec, binHours: number, at: Date): Farewell {
  if (binHours === 0) return { kind: 'vsys.delete', spec: absent(spec), bin: undefined };
  const purgeAt = new Date(at.getTime() + binHours * HOUR_MS);
  return { kind: 'vsys.bin', spec: asleep(spec), bin: { at, purgeAt } };
}

/** Everything of it stays but nothing runs. */
function asleep(spec: VsysSpec): VsysSpec {
  const servers = spec.servers.map((server) => ({ ...server, power: 'stopped' as const }));
  return { ...spec, generation: spec.generation + 1, servers };
}

/** Out of the bin, with the power that each server had before. */
export function awake(binned: VsysSpec, before: VsysSpec): VsysSpec {
  const powers = new Map(before.servers.map(({ id, power }) => [id, power]));
  const servers = binned.servers.map((server) => ({
    ...server,
    power: powers.get(server.id) ?? server.power,
  }));
  return { ...binned, generation: binned.generation + 1, servers };
}
