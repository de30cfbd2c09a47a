/**
 * Guest data lives in the VM's xenstore under `vm-data/`; the rest of the xenstore data is the platform's.
 *
 * Texts that are secrets come sealed and are written plain, as the guest needs them. A note in `other_config` says which sealed text a
 * value came from, and has a digest of the value: what still fits its note is reported as that sealed text's mark, so a change of
 * the wish and a change in the pool are both noticed.
 */
import { createHash } from 'node:crypto';
import { DomainError, isSealed, markOf, type ActionContext } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';

const PREFIX = 'vm-data/';
/** `openvsys-sealed/<key>` = `<digest> <mark>` */
const NOTE = 'openvsys-sealed/';

export type Texts = Readonly<Record<string, string>>;

/** What the guest writes to say that it has read its config drive; it is no guest data of ours. */
export const CONFIG_READ_KEY = 'openvsys-config-read';

const mapped = (texts: Texts, change: (key: string, text: string) => readonly [string, string][]): Texts =>
  Object.fromEntries(Object.entries(texts).flatMap(([key, text]) => change(key, text)));

const rawGuestData = (xenstore: Texts): Texts =>
  mapped(xenstore, (key, value) => {
    const name = key.slice(PREFIX.length);
    return key.startsWith(PREFIX) && name !== CONFIG_READ_KEY ? [[name, value]] : [];
  });

/** Half of a SHA-256: enough to notice a change. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The guest data as an observation tells it. */
export function guestDataOf({
  xenstore_data,
  other_config,
}: Pick<Cached<'VM'>, 'xenstore_data' | 'other_config'>): Texts {
  return mapped(rawGuestData(xenstore_data), (key, value) => {
    const [digest, mark] = (other_config[NOTE + key] ?? '').split(' ');
    return [[key, mark !== undefined && digest === digestOf(value) ? mark : value]];
  });
}

/** The xenstore data with exactly this guest data. */
export const withGuestData = (xenstore: Texts, guestData: Texts): Texts => ({
  ...mapped(xenstore, (key, value) =>
    key.startsWith(PREFIX) && key !== PREFIX + CONFIG_READ_KEY ? [] : [[key, value]],
  ),
  ...mapped(guestData, (key, value) => [[PREFIX + key, value]]),
});

/** Sealed texts opened. Throws `internal` when the action came without a way to open them. */
export function openTexts(texts: Texts, { unseal }: Pick<ActionContext, 'unseal'>): Texts {
  return mapped(texts, (key, text) => {
    if (!isSealed(text)) return [[key, text]];
    if (unseal === undefined)
      throw new DomainError('internal', 'There is no key here to open a secret with.');
    return [[key, unseal(text)]];
  });
}

/** `other_config` with the notes of exactly these texts; `opened` has the plain ones. */
export const withNotes = (config: Texts, sealed: Texts, opened: Texts): Texts => ({
  ...mapped(config, (key, value) => (key.startsWith(NOTE) ? [] : [[key, value]])),
  ...mapped(sealed, (key, text) =>
    isSealed(text) ? [[NOTE + key, `${digestOf(opened[key] ?? '')} ${markOf(text)}`]] : [],
  ),
});
