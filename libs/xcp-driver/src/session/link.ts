/** A session on one host of a pool, and what failures to get or keep one mean. */
import type { MethodName } from '../codec/decode.js';
import { TransportError, XenApiError, type Transport } from '../transport/transport.js';

export const LOGOUT_TIMEOUT_MS = 3_000;

/** A session on one host. */
export interface Link {
  readonly transport: Transport;
  readonly session: string;
  /** Calls under way; a link of an old login ends with the last of them. */
  busy: number;
  /** Its login was replaced. */
  isRetired: boolean;
}

export const linkOf = (transport: Transport, session: string): Link => ({
  transport,
  session,
  busy: 0,
  isRetired: false,
});

/** Never throws. */
export async function logout(transport: Transport | undefined, session: string): Promise<void> {
  try {
    await transport?.call('session.logout', [session], { timeoutMs: LOGOUT_TIMEOUT_MS });
  } catch {
    // The pool ends idle sessions by itself; there is nobody to tell.
  }
}

/** What says most about why the pool cannot be used: a certificate, then an answer, then silence. */
export function weightOf(error: unknown): number {
  if (error instanceof TransportError) return error.kind === 'untrusted' ? 3 : 0;
  return error instanceof XenApiError && error.code === 'HOST_IS_SLAVE' ? 1 : 2;
}

/** A wrong password is not cured by the next member, and each try costs seconds. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof XenApiError && error.code.startsWith('SESSION_AUTH');
}

/** Polls are left out although they only read: their owners want to know that the contact broke. */
export function isReadOnly(method: MethodName | (string & {})): boolean {
  return /^\w+\.(get_|assert_|inject$)/.test(method);
}

/** Real time, also in simulated pools: it only bounds the wait for a login that does not answer. */
export const timeLimit = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
