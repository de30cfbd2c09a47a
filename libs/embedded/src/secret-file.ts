/** A secret made once and kept beside the data it protects, readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** Answers the secret in the file; makes 24 random bytes (base64url) when there is none yet. */
export async function ensureSecretFile(path: string): Promise<string> {
  const existing = await readFile(path, 'utf8').catch(() => '');
  if (existing !== '') return existing;
  const secret = randomBytes(24).toString('base64url');
  await writeFile(path, secret, { mode: 0o600 });
  return secret;
}
