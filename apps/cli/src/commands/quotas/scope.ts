/** Whose limits: `organization` (the own one), `organization:CONTRACT`, `vdc` (the only one), `vdc:NAME` or `vsys:NAME`. */
import {
  getOrganizationQuotas,
  getQuotas,
  getVdcQuotas,
  getVsysQuotas,
  setOrganizationQuotas,
  setVdcQuotas,
  setVsysQuotas,
  whoAmI,
  type QuotaLimit,
  type QuotaEffectView,
  type QuotaView,
} from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context } from '../../context.js';

export const SCOPE_OPTION = [
  '--scope <scope>',
  'organization, organization:CONTRACT, vdc, vdc:NAME or vsys:NAME',
  'organization',
] as const;

const KINDS = ['organization', 'vdc', 'vsys'] as const;

export interface Scope {
  readonly kind: (typeof KINDS)[number];
  /** Undefined: the own organization, the only VDC. */
  readonly name: string | undefined;
}

export function parseScope(text: string): Scope {
  const [word = '', name, ...rest] = text.split(':');
  const kind = KINDS.find((each) => each === word);
  const needsName = kind === 'vsys' && name === undefined;
  if (kind !== undefined && !needsName && name !== '' && rest.length === 0) return { kind, name };
  throw usageError(
    `“${text}” is no scope.`,
    'Give organization, organization:CONTRACT, vdc, vdc:NAME or vsys:NAME.',
  );
}

/** A scope with the id of what it names. */
export interface ScopeWithId {
  readonly kind: Scope['kind'];
  readonly id: string;
}

export async function findScope({ client }: Context, { kind, name }: Scope): Promise<ScopeWithId> {
  if (kind === 'vdc') return { kind, id: await getVdcId(client, name) };
  if (kind === 'vsys') return { kind, id: await getVsysId(client, name ?? '') };
  return { kind, id: name === undefined ? await ownId(client) : await getOrganizationId(client, name) };
}

export async function readQuotas(context: Context, scope: Scope): Promise<readonly QuotaView[]> {
  const { client } = context;
  if (scope.kind === 'organization' && scope.name === undefined)
    return (await answerOf(getQuotas({ client }))).items;
  const { kind, id } = await findScope(context, scope);
  return (await answerOf(quotasOf(client, kind, id))).items;
}

function quotasOf(client: Context['client'], kind: Scope['kind'], id: string) {
  if (kind === 'vdc') return getVdcQuotas({ client, path: { vdcId: id } });
  if (kind === 'vsys') return getVsysQuotas({ client, path: { vsysId: id } });
  return getOrganizationQuotas({ client, path: { organizationId: id } });
}

/** Replaces all limits: what is not named has none afterwards. */
export async function writeQuotas(
  context: Context,
  scope: Scope,
  limits: QuotaLimit[],
): Promise<readonly QuotaView[]> {
  const { kind, id } = await findScope(context, scope);
  return (await context.change(async (headers) => sendLimits(context, { kind, id }, { headers, limits })))
    .items;
}

/** What `writeQuotas` would do; changes nothing. */
export async function previewQuotas(
  context: Context,
  scope: Scope,
  limits: QuotaLimit[],
): Promise<readonly QuotaEffectView[]> {
  const { kind, id } = await findScope(context, scope);
  const { effects } = await answerOf(sendLimits(context, { kind, id }, { limits, query: { dryRun: true } }));
  return effects ?? [];
}

interface Sent {
  readonly limits: QuotaLimit[];
  readonly headers?: Record<string, string>;
  readonly query?: { readonly dryRun: true };
}

function sendLimits({ client }: Context, { kind, id }: ScopeWithId, { limits, ...rest }: Sent) {
  const request = { client, ...rest, body: { limits } };
  if (kind === 'vdc') return setVdcQuotas({ ...request, path: { vdcId: id } });
  if (kind === 'vsys') return setVsysQuotas({ ...request, path: { vsysId: id } });
  return setOrganizationQuotas({ ...request, path: { organizationId: id } });
}

async function ownId(client: Context['client']): Promise<string> {
  const { organizationId } = await answerOf(whoAmI({ client }));
  if (organizationId !== null) return organizationId;
  throw usageError('The provider has no quotas.', 'Name a tenant: --scope organization:CONTRACT.');
}
