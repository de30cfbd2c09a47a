/** What is set on a system beside its spec. */
import {
  changeVsysSettings,
  getVsysSettings,
  type ChangeSettingsRequest,
  type VsysSettingsView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getAnyVsysId } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts } from '../../output/render.js';
import { parseInstant } from '../instant.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
Without options the settings are shown. What is not given stays.

Examples:
  $ vsysctl vsys settings shop
  $ vsysctl vsys settings shop --protect --tag env=prod --tag team=red --untag stage
  $ vsysctl vsys settings shop --expires 2026-12-24T18:00Z --on-expiry stop
  $ vsysctl vsys settings shop --no-lease --notes "Ask Jo before a change"`;

interface Options {
  readonly protect?: true;
  readonly unprotect?: true;
  readonly notes?: string;
  readonly externalId?: string;
  readonly tag?: readonly string[];
  readonly untag?: readonly string[];
  readonly expires?: string;
  readonly onExpiry?: 'stop' | 'delete';
  /** Commander sets it to false for `--no-lease`. */
  readonly lease: boolean;
}

export function registerVsysSettings(vsys: Command, shell: Shell): void {
  vsys
    .command('settings')
    .description('Shows or changes protection, tags, notes, lease and external id of a system.')
    .argument(...VSYS_ARGUMENT)
    .addOption(new Option('--protect', 'protect it against deletion').conflicts('unprotect'))
    .option('--unprotect', 'take the protection away')
    .option('--notes <text>', 'notes for people')
    .option('--external-id <id>', 'an id of your own; empty takes it away')
    .option('--tag <key=value...>', 'set a tag')
    .option('--untag <key...>', 'remove a tag')
    .addOption(new Option('--expires <instant>', 'until when it is needed').argParser(parseInstant))
    .addOption(new Option('--on-expiry <what>', 'what happens then').choices(['stop', 'delete']))
    .option('--no-lease', 'it is needed for good')
    .addHelpText('after', HELP)
    .action(shell.connected(settings));
}

async function settings(context: Context, idOrName: string, options: Options): Promise<void> {
  const { client, output } = context;
  const path = { vsysId: await getAnyVsysId(client, idOrName) };
  const before = await answerOf(getVsysSettings({ client, path }));
  const body = changeOf(before, options);
  const after = Object.keys(body).length === 0 ? before : await send(context, before, body);
  await output.result(after, () => renderFacts(factsOf(after), output.colors));
}

async function send(
  { client, change }: Context,
  { vsysId, version }: VsysSettingsView,
  body: ChangeSettingsRequest,
): Promise<VsysSettingsView> {
  // Tags are written as a whole, so what was read has to be what is there.
  return change(async (headers) =>
    changeVsysSettings({
      client,
      path: { vsysId },
      body,
      headers: { ...headers, 'If-Match': `"${version}"` },
    }),
  );
}

function changeOf(before: VsysSettingsView, options: Options): ChangeSettingsRequest {
  const { protect, unprotect, notes, externalId, tag = [], untag = [] } = options;
  const tags = tag.length + untag.length === 0 ? {} : { tags: tagsAfter(before.tags, tag, untag) };
  return {
    ...(protect === true ? { protected: true } : {}),
    ...(unprotect === true ? { protected: false } : {}),
    ...(notes === undefined ? {} : { notes }),
    ...(externalId === undefined ? {} : { externalId: externalId === '' ? null : externalId }),
    ...tags,
    ...leaseOf(before, options),
  };
}

function leaseOf(before: VsysSettingsView, { expires, onExpiry, lease }: Options): ChangeSettingsRequest {
  if (!lease) return { lease: null };
  if (expires === undefined && onExpiry === undefined) return {};
  const expiresAt = expires ?? before.lease?.expiresAt;
  if (expiresAt === undefined) throw usageError('The system has no lease.', 'Say --expires too.');
  return { lease: { expiresAt, action: onExpiry ?? before.lease?.action ?? 'stop' } };
}

function tagsAfter(
  before: VsysSettingsView['tags'],
  set: readonly string[],
  unset: readonly string[],
): Record<string, unknown> {
  const kept = Object.entries(before).filter(([key]) => !unset.includes(key));
  const added = set.map((text) => {
    const end = text.indexOf('=');
    if (end < 1) throw usageError(`“${text}” is not a tag.`, 'Write key=value.');
    return [text.slice(0, end), text.slice(end + 1)] as const;
  });
  return Object.fromEntries([...kept, ...added]);
}

function factsOf({ protected: isProtected, notes, externalId, tags, lease }: VsysSettingsView) {
  const shown = Object.entries(tags).map(([key, value]) => `${key}=${String(value)}`);
  return {
    protected: isProtected ? 'yes' : 'no',
    tags: shown.join(', ') || 'none',
    lease: lease === null ? 'none' : `${lease.action} at ${instant(lease.expiresAt)}`,
    'external id': externalId ?? 'none',
    notes: notes === '' ? 'none' : notes,
  };
}
