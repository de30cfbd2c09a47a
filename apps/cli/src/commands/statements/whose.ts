/** Options and queries that everything about bills shares. */
import type { Command } from 'commander';
import { getOrganizationId } from '../../api/find-place.js';
import { usageError } from '../../cli-error.js';
import type { Context } from '../../context.js';

export interface WhoseOptions {
  readonly organization?: string;
}

export const addWhose = (command: Command): Command =>
  command.option('--organization <tenant>', 'for the provider: whose, by contract or id');

/** A type, not an interface: the client takes queries as records. */
export type WhoseQuery = { organization?: string };

export async function whoseQuery({ client }: Context, { organization }: WhoseOptions): Promise<WhoseQuery> {
  return organization === undefined ? {} : { organization: await getOrganizationId(client, organization) };
}

/** `2026-03`. Throws a usage error for anything else. */
export function parseMonth(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw usageError(`“${text}” is no month.`, 'Write year and month as in 2026-03.');
}
