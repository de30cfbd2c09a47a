/**
 * ForwardingGroups made: the networks that are named reach each other from then on. The firewall of their system gets rules that let
 * everything between them through; a system without one gets a firewall.
 */
import { vnetId, vserverId, type VNetId, type VsysId, type WrittenConfig } from '@openvsys/vsys';
import { namedEfm } from '../../../use-cases/parts/named-edits.js';
import type { Accepted } from '../../../use-cases/vsys/accepted.js';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import type { Adding, Outcome } from './face.js';
import { acceptedJob } from './jobs.js';
import { idOf } from './paths.js';
import { namesOf, rulesBetween, systemOf } from './service-creation.js';
import { missing, wrong } from './wish-errors.js';

type Show = (context: CimiContext, system: VsysId) => Promise<Outcome & { readonly kind: 'done' }>;

/** `show`: the group of a system. */
export function addForwardingGroup(context: CimiContext, show: Show, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: [...COMMON, attribute('forwardingGroupTemplate', reference('ForwardingGroupTemplate'), GIVEN)],
    types: ['ForwardingGroupCreate', 'ForwardingGroup'],
    run: async (body) => {
      const given = body['forwardingGroupTemplate'];
      if (!isInput(given)) throw missing('forwardingGroupTemplate');
      const networks = networksIn(await withTemplate(context, 'ForwardingGroupTemplate', given));
      const vsysId = systemOf(networks, system);
      const names = await namesOf(context, vsysId, networks);
      const accepted = await connected(context, vsysId, networks, names);
      const { resource } = await show(context, vsysId);
      const job = acceptedJob(context, accepted);
      return resource === undefined ? { kind: 'accepted', job } : { kind: 'accepted', job, resource };
    },
  };
}

function networksIn({ networks }: Input): readonly VNetId[] {
  const hrefs = (Array.isArray(networks) ? networks : []).flatMap((each: unknown) =>
    isInput(each) && typeof each['href'] === 'string' ? [idOf(each['href'])] : [],
  );
  const ids = [...new Set(hrefs)];
  if (ids.length < 2) throw wrong('forwardingGroupTemplate/networks', 'two networks or more');
  return ids.map((id) => vnetId(id));
}

async function connected(
  context: CimiContext,
  vsysId: VsysId,
  networks: readonly VNetId[],
  names: readonly string[],
): Promise<Accepted> {
  const { use, call } = context;
  const servers = await context.all((page) =>
    use.parts.listVServers(call, { vsysId, which: 'wanted' }, page),
  );
  const firewall = servers.find(({ kind }) => kind === 'firewall');
  if (firewall === undefined) {
    const config = { rules: rulesBetween(names) };
    const { edit } = namedEfm(vsysId, 'router', { kind: 'firewall', vnetIds: networks, config });
    return use.edit.execute(call, edit);
  }
  const { accepted } = await use.configureEfm.execute(call, {
    efm: vserverId(firewall.id),
    expected: undefined,
    edit: ({ config }) => withRules(config, names),
  });
  return accepted;
}

/** Before what is there: the first rule that fits decides. */
function withRules(config: WrittenConfig, names: readonly string[]): WrittenConfig {
  const rules: readonly unknown[] = Array.isArray(config['rules']) ? config['rules'] : [];
  const wanted = rulesBetween(names);
  const isThere = (wish: (typeof wanted)[number]): boolean =>
    rules.some((rule) => JSON.stringify(rule) === JSON.stringify(wish));
  return { ...config, rules: [...wanted.filter((wish) => !isThere(wish)), ...rules] };
}
