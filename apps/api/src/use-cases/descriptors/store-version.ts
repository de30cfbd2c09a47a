/** Stores a version of a descriptor, wherever its text comes from: posted, captured, imported, copied. */
import { createHash } from 'node:crypto';
import { ensureDescriptorVersion, type DescriptorVersionRecord, type Session } from '@openvsys/persistence';
import type { OrganizationId, Scope } from '@openvsys/vsys';
import type { Change } from '../transactor.js';
import { parseText } from './parse-text.js';

/**
 * For an organization, or for everybody (null); with what it includes of what the scope sees. The same text again answers the version that is there. Throws
 * `invalid-descriptor`, and `conflict` when the version is there with another text.
 */
export async function storeVersion(
  session: Session,
  { organizationId, scope }: { readonly organizationId: OrganizationId | null; readonly scope: Scope },
  text: string,
  at: Date,
  origin: object = {},
): Promise<Change<DescriptorVersionRecord>> {
  const descriptor = await parseText(session, scope, text);
  const { name, version } = descriptor.metadata;
  const { id, hash, createdAt } = await ensureDescriptorVersion(session, {
    organizationId,
    name,
    version,
    document: descriptor,
    source: text,
    hash: createHash('sha256').update(text).digest('hex'),
    at,
  });
  return {
    answer: { id, name, version, shared: organizationId === null, hash, createdAt },
    audit: {
      organizationId,
      verb: 'descriptor.store',
      resource: id,
      detail: { name, version, ...origin },
    },
  };
}
