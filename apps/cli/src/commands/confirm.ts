/** Asks before something is done that cannot be undone. Who is not there to be asked has to say --yes beforehand. */
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';

export interface ConfirmOptions {
  readonly yes?: true;
}

export interface Confirmation {
  /** What would happen, shown before the question. */
  readonly preview: string;
  readonly question: string;
  /** Without anybody to ask and without --yes. */
  readonly unattended: 'refused' | 'allowed';
  /** Why it is refused then. */
  readonly danger: string;
}

/** Returns when it may be done. Throws a usage error when it may not, and exit code `cancelled` when the person says no. */
export async function confirm(io: Io, { yes }: ConfirmOptions, confirmation: Confirmation): Promise<void> {
  const { preview, question, unattended, danger } = confirmation;
  if (yes === true) return;
  if (io.ask === undefined) {
    if (unattended === 'allowed') return;
    throw usageError(danger, 'Say --yes when that is what you want.');
  }
  io.stderr.write(`${preview}\n\n`);
  const answer = await io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError('Nothing was changed.', EXIT.cancelled);
}
