/**
 * Numbers of a system's parts: counted on from the last one that was given out, past those that the pool has and that this
 * database has never given out.
 */
import { DomainError } from '../../errors.js';
import { backupIdOf, publicIpIdOf, snapshotIdOf, vdiskIdOf, vserverIdOf, type VsysId } from '../../ids.js';
import type { PartNumbers } from './allocation.js';

/** Ids have four digits. */
const LAST_NUMBER = 9999;

const SERIES = {
  server: { idOf: vserverIdOf, words: 'servers' },
  disk: { idOf: vdiskIdOf, words: 'disks' },
  publicIp: { idOf: publicIpIdOf, words: 'public IPs' },
  snapshot: { idOf: snapshotIdOf, words: 'snapshots' },
  backup: { idOf: backupIdOf, words: 'back-ups' },
} as const;
export type PartSeries = keyof typeof SERIES;

export class PartCounter {
  private used: number;
  private readonly passedOver: ReadonlySet<string>;

  constructor(
    private readonly vsys: VsysId,
    private readonly series: PartSeries,
    numbers: PartNumbers,
  ) {
    this.used = numbers[series] ?? 0;
    this.passedOver = new Set(numbers.passedOver);
  }

  get last(): number {
    return this.used;
  }

  /** Throws `address-exhausted` after 9999: numbers are never used again within a VSYS. */
  take(): number {
    const { idOf, words } = SERIES[this.series];
    do {
      if (this.used >= LAST_NUMBER)
        throw new DomainError(
          'address-exhausted',
          `The VSYS has used up its ${LAST_NUMBER} numbers for ${words}.`,
          { remedy: 'Make a new VSYS from the same descriptor.' },
        );
      this.used += 1;
    } while (this.passedOver.has(idOf(this.vsys, this.used)));
    return this.used;
  }
}
