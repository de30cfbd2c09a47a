/**
 * HTTP Basic, the password is an API token, the user name is the caller's own business. Only where
 * nobody can listen: over TLS, or on this machine.
 */
import { DomainError } from '@openvsys/vsys';
import type { Request } from 'express';
import { findPublicUrl } from './public-url.js';

const LOCAL = /^(?:127\.|::1$|::ffff:127\.)/;

/** The header that the token authenticator reads. Throws `unauthenticated`, `forbidden`. */
export function bearerOf(request: Request, publicUrl: string | null): string | undefined {
  const header = request.headers.authorization;
  const [scheme, credentials = ''] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return header;
  requirePrivacy(request, publicUrl);
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : `Bearer ${text.slice(colon + 1)}`;
}

function requirePrivacy(request: Request, publicUrl: string | null): void {
  const known = findPublicUrl(publicUrl);
  const isPrivate =
    request.secure ||
    (known === undefined ? LOCAL.test(request.socket.remoteAddress ?? '') : known.protocol === 'https:');
  if (isPrivate) return;
  throw new DomainError('forbidden', 'Passwords are taken over TLS only.', {
    retry: 'after-change',
    remedy: 'Use the https address of this installation.',
  });
}
