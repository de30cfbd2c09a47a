/** Who holds what an organization or a VDC uses: its VDCs, its systems. */
import type { QuotaResource, QuotaScope } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { countQuotaUse } from './quota-use.js';

export interface QuotaHolder {
  readonly id: string;
  readonly name: string;
  readonly used: number;
}

/** A preview names the greatest; the others are found in lists. */
const MOST_HOLDERS = 10;
/** Each is counted by itself; systems beyond the newest ones are left out of a preview. */
const MOST_COUNTED = 200;

const MEMBERS: Readonly<
  Record<QuotaScope, { readonly scope: QuotaScope; readonly ids: string } | undefined>
> = {
  organization: {
    scope: 'vdc',
    ids: 'SELECT id::text AS id, name FROM vdc WHERE organization_id = $1::uuid ORDER BY id DESC LIMIT $2',
  },
  vdc: {
    scope: 'vsys',
    ids: `SELECT id, name FROM vsys WHERE vdc_id = $1::uuid AND deleted_at IS NULL ORDER BY created_at DESC LIMIT $2`,
  },
  vsys: undefined,
};

/** The greatest holders of each resource, one level below; empty for a VSYS. */
export async function listQuotaHolders(
  session: Session,
  scope: QuotaScope,
  scopeId: string,
  resources: readonly QuotaResource[],
): Promise<ReadonlyMap<QuotaResource, readonly QuotaHolder[]>> {
  const members = MEMBERS[scope];
  if (members === undefined) return new Map();
  const rows = await session.rows<{ id: string; name: string }>(members.ids, [scopeId, MOST_COUNTED]);
  const holders = new Map<QuotaResource, QuotaHolder[]>(resources.map((resource) => [resource, []]));
  for (const { id, name } of rows) {
    for (const { resource, used, reserved } of await countQuotaUse(session, members.scope, id, resources)) {
      if (used + reserved > 0) holders.get(resource)?.push({ id, name, used: used + reserved });
    }
  }
  return new Map(
    [...holders].map(([resource, all]) => [
      resource,
      all.toSorted((a, b) => b.used - a.used).slice(0, MOST_HOLDERS),
    ]),
  );
}
