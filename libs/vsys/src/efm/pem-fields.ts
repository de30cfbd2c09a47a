/** Fields for certificates and keys. What is in them is checked where they are used (libs/efm). */
import { z } from 'zod';
import { LIMITS } from '../spec/limits.js';
import { orText, type References } from '../spec/schema/fields.js';

const certificate = z
  .string()
  .max(LIMITS.pemBytes)
  .regex(/^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\s*$/, 'must be PEM certificates');
const privateKey = z
  .string()
  .max(LIMITS.pemBytes)
  .regex(
    /^-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\n[\s\S]+\n-----END (?:RSA |EC )?PRIVATE KEY-----\s*$/,
    'must be a PEM private key without a passphrase',
  );

export const certificateField = <R extends z.ZodType>(refs: References<R>) => orText(certificate, refs);
/** Best given as a secret parameter: then it is shown nowhere. */
export const privateKeyField = <R extends z.ZodType>(refs: References<R>) => orText(privateKey, refs);
/** 32 bytes in base64, as `wg genkey` and `wg pubkey` write them. */
export const wireguardKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be a WireGuard key: 32 bytes in base64');
