/**
 * Whose turn it is to take something from a zone. Usually there is room for everybody, and admissions run side by side; when
 * there may not be, or something seems to be missing, one after the other. Only a turn alone ever refuses: what another one
 * has just taken may be given back when its transaction fails.
 *
 *   beside others ──done──► (commit)
 *        └── crowded, no capacity, no addresses: all of it undone ──► alone ──► done or refused
 */
import { Injectable } from '@nestjs/common';
import { lockPlaces, sharePlaces, type Company, type Session } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';

export interface Turn {
  readonly company: Company;
  /** Admissions under way whose rows may not be seen yet; 0 when alone. */
  readonly others: number;
}

/** There may not be room for all that run side by side. */
export class Crowded extends Error {}

/** After a crowd this many turns are taken alone before it is tried beside others again: each try that fails costs a look. */
const TURNS_ALONE = 50;

@Injectable()
export class ZoneTurns {
  /** Zones that were crowded, with how many turns they are still taken alone. Only spares tries: a new process knows nothing. */
  private readonly crowded = new Map<string, number>();

  /**
   * Inside of a transaction, which keeps the turn until it ends. `take` may run twice; what it wrote the first time is undone.
   * Throws what it throws.
   */
  async take<Taken>(session: Session, zoneId: string, take: (turn: Turn) => Promise<Taken>): Promise<Taken> {
    if (this.isRestful(zoneId)) {
      try {
        return await session.attempt(async () =>
          take({ company: 'beside-others', others: await sharePlaces(session, zoneId) }),
        );
      } catch (error) {
        if (error instanceof Crowded) this.crowded.set(zoneId, TURNS_ALONE);
        else if (!isShortage(error)) throw error;
      }
    }
    await lockPlaces(session, zoneId);
    return take({ company: 'alone', others: 0 });
  }

  private isRestful(zoneId: string): boolean {
    const left = this.crowded.get(zoneId);
    if (left === undefined) return true;
    if (left > 1) this.crowded.set(zoneId, left - 1);
    else this.crowded.delete(zoneId);
    return false;
  }
}

function isShortage(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'no-capacity' || error.code === 'address-exhausted');
}
