/** Whose limits: `organization` (the own one), `organization:CONTRACT`, `vdc` (the only one) or `vdc:NAME`. */
import {
  getOrganizationQuotas,
  getQuotas,
  getVdcQuotas,
  setOrganizationQuotas,
  setVdcQuotas,
  whoAmI,
  type QuotaLimit,
  type QuotaView,
} from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId } from '../../api/find-place.js';
import { usageError } from '../../cli-error.js';
import type { Context } from '../../context.js';

export const SCOPE_OPTION = [
  '--scope <scope>',
  'organization, organization:CONTRACT, vdc or vdc:NAME',
  'organization',
] as const;

export interface Scope {
  readonly kind: 'organization' | 'vdc';
  /** Undefined: the own organization, the only VDC. */
  readonly name: string | undefined;
}

export function parseScope(text: string): Scope {
  const [kind = '', name, ...rest] = text.split(':');
  if ((kind === 'organization' || kind === 'vdc') && name !== '' && rest.length === 0) return { kind, name };
  throw usageError(`“${text}” is no scope.`, 'Give organization, organization:CONTRACT, vdc or vdc:NAME.');
}

export async function readQuotas({ client }: Context, { kind, name }: Scope): Promise<readonly QuotaView[]> {
  if (kind === 'vdc') {
    const vdcId = await getVdcId(client, name);
    return (await answerOf(getVdcQuotas({ client, path: { vdcId } }))).items;
  }
  if (name === undefined) return (await answerOf(getQuotas({ client }))).items;
  const organizationId = await getOrganizationId(client, name);
  return (await answerOf(getOrganizationQuotas({ client, path: { organizationId } }))).items;
}

/** Replaces all limits: what is not named has none afterwards. */
export async function writeQuotas(
  { client, change }: Context,
  { kind, name }: Scope,
  limits: QuotaLimit[],
): Promise<readonly QuotaView[]> {
  const body = { limits };
  if (kind === 'vdc') {
    const path = { vdcId: await getVdcId(client, name) };
    return (await change(async (headers) => setVdcQuotas({ client, headers, path, body }))).items;
  }
  const path = {
    organizationId: name === undefined ? await ownId(client) : await getOrganizationId(client, name),
  };
  return (await change(async (headers) => setOrganizationQuotas({ client, headers, path, body }))).items;
}

async function ownId(client: Context['client']): Promise<string> {
  const { organizationId } = await answerOf(whoAmI({ client }));
  if (organizationId !== null) return organizationId;
  throw usageError('The provider has no quotas.', 'Name a tenant: --scope organization:CONTRACT.');
}
