/** The manifest of an OVF package: `SHA256(file)= hex`, a line a file (OVF 1.1/2.0, "Distribution"). */
import { corrupt, quoted, unsupported } from './image-error.js';

export type ManifestAlgorithm = 'sha1' | 'sha256' | 'sha512';

export interface ManifestEntry {
  readonly algorithm: ManifestAlgorithm;
  readonly hex: string;
}

export const MANIFEST_ALGORITHMS: readonly ManifestAlgorithm[] = ['sha1', 'sha256', 'sha512'];
/** Some hundred files at most. */
export const MAX_MANIFEST_BYTES = 256 * 1024;

const LINE = /^(SHA-?\d{1,3})\s*\(([^()\r\n]{1,255})\)\s*=\s*([0-9a-fA-F]{40,128})$/;
const DIGITS = { sha1: 40, sha256: 64, sha512: 128 } as const;

/** By file name. Throws `invalid-parameter` for anything that is no manifest. */
export function parseManifest(text: string): ReadonlyMap<string, ManifestEntry> {
  const entries = new Map<string, ManifestEntry>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const [, name = '', file = '', hex = ''] = LINE.exec(line.trim()) ?? [];
    if (file === '') throw corrupt('a line of the manifest cannot be read');
    const algorithm = MANIFEST_ALGORITHMS.find((known) => known === name.toLowerCase().replace('-', ''));
    if (algorithm === undefined)
      throw unsupported(`its manifest uses ${quoted(name)}`, 'Make the manifest with SHA256.');
    if (hex.length !== DIGITS[algorithm]) throw corrupt('a checksum in the manifest has a wrong length');
    if (entries.has(file)) throw corrupt('the manifest names a file twice');
    entries.set(file, { algorithm, hex: hex.toLowerCase() });
  }
  return entries;
}
