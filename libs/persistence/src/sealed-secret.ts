/**
 * Secrets in the database: AES-256-GCM under one key that lives outside of it (NIST SP 800-38D).
 * Layout of a sealed secret: 1 byte version · 12 bytes nonce · 16 bytes tag · ciphertext. The context (what the secret is
 * for) is authenticated too, so a sealed secret copied to another row does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DomainError } from '@openvsys/vsys';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const SECRET_KEY_BYTES = 32;

export class SecretBox {
  /** Throws when the key has not exactly 32 bytes. */
  constructor(private readonly key: Uint8Array) {
    if (key.length !== SECRET_KEY_BYTES) {
      throw new DomainError('internal', `The secret key must have ${SECRET_KEY_BYTES} bytes.`);
    }
  }

  seal(secret: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws `internal` when the key or the context is not the one that it was sealed with, or a bit was changed. */
  open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed);
    const nonce = bytes.subarray(1, 1 + NONCE_BYTES);
    const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    try {
      if (bytes[0] !== VERSION) throw new Error('unknown version');
      const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
      const text = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new DomainError('internal', 'A stored secret cannot be opened with the configured key.', {
        remedy: 'Start with the SECRET_KEY that the secret was stored with, or store it again.',
        cause,
      });
    }
  }
}
