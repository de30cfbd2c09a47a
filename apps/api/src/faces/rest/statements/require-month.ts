import { DomainError } from '@openvsys/vsys';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Throws `not-found` for a text that is no month: the path leads nowhere. */
export function requireMonth(text: string): string {
  if (MONTH.test(text)) return text;
  throw new DomainError('not-found', `There is no month “${text.slice(0, 20)}”.`, {
    remedy: 'Write year and month as in 2026-03.',
  });
}
