/**
 * The token that the agent shows. The first one comes with the config drive; the API hands out others. A renewed one is on the
 * disk before it is used, and the one before is kept: whichever the API accepts is the right one.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from '../settings.js';
import { findText, writeAtomically } from '../store/atomic-file.js';

interface Kept {
  /** Hash of the config drive's token: with another drive what was kept is worth nothing. */
  readonly first: string;
  readonly current: string;
  readonly before: string;
}

const FILE = 'token.json';

export class TokenKeeper {
  private current: string;
  private before: string;
  private readonly first: string;
  private readonly path: string;

  constructor({ token, stateFolder }: Pick<Settings, 'token' | 'stateFolder'>) {
    this.first = hashOf(token);
    this.current = token;
    this.before = token;
    this.path = join(stateFolder, FILE);
  }

  /** Takes up what was kept before the last restart. Never throws: the API says which token is the right one. */
  async load(): Promise<void> {
    try {
      const kept = JSON.parse((await findText(this.path)) ?? 'null') as Kept | null;
      if (kept?.first !== this.first) return;
      this.current = kept.current;
      this.before = kept.before;
    } catch {
      // Damaged: the config drive's token is tried.
    }
  }

  get token(): string {
    return this.current;
  }

  /** Throws when the disk is full; then the old one stays in use. */
  async replace(token: string): Promise<void> {
    const kept: Kept = { first: this.first, current: token, before: this.current };
    await writeAtomically(this.path, JSON.stringify(kept));
    this.before = this.current;
    this.current = token;
  }

  /** The API refused the present one: the other one is tried next. */
  swap(): void {
    [this.current, this.before] = [this.before, this.current];
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
