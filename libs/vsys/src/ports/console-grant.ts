/**
 * What an API tells a worker to be given the screen of a server: one line, sealed with the key that both have, good for a few
 * seconds.
 *
 *   API ──`<server> <sealed grant>\n`──► worker ──`open\n`──► bytes in both directions
 *                                           └────`<error code>\n` and the end
 */
import { vserverId, type VServerId } from '../ids.js';
import { isSealed } from '../spec/sealed-text.js';
import type { TextSealer } from './text-sealer.port.js';

/** Long enough for a slow network, short enough that a grant that somebody saw is of no use. */
export const CONSOLE_GRANT_MS = 10_000;
/** Longer lines are none. */
export const CONSOLE_GRANT_LENGTH = 2_048;
export const CONSOLE_OPEN = 'open';

export function writeConsoleGrant(server: VServerId, at: Date, sealer: Pick<TextSealer, 'seal'>): string {
  const until = at.getTime() + CONSOLE_GRANT_MS;
  return `${server} ${sealer.seal(`console ${until}`, server)}`;
}

/** The server; undefined for a line that is no grant, is another server's or is over. */
export function readConsoleGrant(
  line: string,
  at: Date,
  sealer: Pick<TextSealer, 'open'>,
): VServerId | undefined {
  const [id = '', sealed = ''] = line.split(' ');
  if (!isSealed(sealed)) return undefined;
  try {
    const server = vserverId(id);
    const until = /^console ([0-9]{1,15})$/.exec(sealer.open(sealed, server))?.[1];
    return until !== undefined && Number(until) > at.getTime() ? server : undefined;
  } catch {
    return undefined;
  }
}
