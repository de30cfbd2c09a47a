/** Whether a tenant may order: show, suspend, close and activate tenants. */
import {
  activateOrganization,
  closeOrganization,
  getOrganizationStanding,
  suspendOrganization,
  type StandingView,
} from '@openvsys/api-client';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Output } from '../../output/output.js';
import { renderFacts } from '../../output/render.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { examples } from '../examples.js';

const SUSPEND_HELP = `
For the provider. A suspended tenant makes and starts nothing new; it may still look, stop and delete.
${examples(
  'tenants suspend ACME0001 --reason "bill of March"',
  'tenants suspend ACME0001 --running stop --reason "attacks others"',
  'tenants activate ACME0001 --reason "paid"',
)}`;

const CLOSE_HELP = `
For the provider. All servers are stopped now, and all systems are deleted after the retention. Until then the tenant can be
activated again; its servers stay stopped.
${examples('tenants close ACME0001 --reason "contract ended" --retention 30')}`;

interface SuspendOptions {
  readonly running: 'keep' | 'stop';
}

interface CloseOptions extends ConfirmOptions {
  readonly retention?: number;
}

export function registerStanding(tenants: Command, shell: Shell): void {
  verb(tenants, 'standing', 'Shows whether a tenant may order, why not, and what is left of its systems.')
    .addHelpText('after', examples('tenants standing ACME0001'))
    .action(shell.connected(show));
  verb(tenants, 'suspend', 'Lets a tenant make and start nothing new. Needs --reason.')
    .addOption(
      new Option('--running <what>', 'what becomes of running servers')
        .choices(['keep', 'stop'])
        .default('keep'),
    )
    .addHelpText('after', SUSPEND_HELP)
    .action(shell.connected(suspend));
  verb(tenants, 'close', 'Stops everything of a tenant and deletes it after a retention. Needs --reason.')
    .option('--retention <days>', 'days until all is deleted (default: 30)', parseDays)
    .option('--yes', 'do not ask')
    .addHelpText('after', CLOSE_HELP)
    .action(shell.connected(close));
  verb(tenants, 'activate', 'Lets a suspended or closed tenant order again. Needs --reason.')
    .addHelpText('after', SUSPEND_HELP)
    .action(shell.connected(activate));
}

function verb(tenants: Command, name: string, description: string): Command {
  return tenants.command(name).description(description).argument('<tenant>', 'contract or id');
}

async function show({ client, output }: Context, tenant: string): Promise<void> {
  const path = { organizationId: await getOrganizationId(client, tenant) };
  await print(output, await answerOf(getOrganizationStanding({ client, path })));
}

async function suspend(context: Context, tenant: string, { running }: SuspendOptions): Promise<void> {
  const { client, output, change } = context;
  const body = { reason: reasonOf(context), running };
  const path = { organizationId: await getOrganizationId(client, tenant) };
  await print(output, await change(async (headers) => suspendOrganization({ client, headers, path, body })));
}

async function close(context: Context, tenant: string, options: CloseOptions): Promise<void> {
  const { client, output, change, io } = context;
  const { retention } = options;
  const body = {
    reason: reasonOf(context),
    ...(retention === undefined ? {} : { retentionDays: retention }),
  };
  const path = { organizationId: await getOrganizationId(client, tenant) };
  const { systems, runningServers } = await answerOf(getOrganizationStanding({ client, path }));
  await confirm(io, options, {
    preview: `${tenant} has ${systems} systems with ${runningServers} running servers.`,
    question: `Stop all of them, and delete them after ${retention ?? 30} days?`,
    unattended: 'refused',
    danger: 'Closing a tenant stops all its servers and deletes all its systems later.',
  });
  await print(output, await change(async (headers) => closeOrganization({ client, headers, path, body })));
}

async function activate(context: Context, tenant: string): Promise<void> {
  const { client, output, change } = context;
  const body = { reason: reasonOf(context) };
  const path = { organizationId: await getOrganizationId(client, tenant) };
  await print(output, await change(async (headers) => activateOrganization({ client, headers, path, body })));
}

/** The tenant is shown it, so there has to be one. */
function reasonOf({ options: { reason } }: Context): string {
  if (reason !== undefined) return reason;
  throw usageError('The tenant is told why.', 'Say it with --reason "…".');
}

async function print(output: Output, standing: StandingView): Promise<void> {
  await output.result(standing, () => {
    const { state, reason, changedAt, running, deleteAfter, systems, runningServers } = standing;
    const facts = { state, reason, since: instant(changedAt), 'running servers': runningServers };
    const rest = { 'are then': state === 'active' ? null : WORDS[running], systems };
    return renderFacts({ ...facts, ...rest, 'deleted after': instant(deleteAfter) }, output.colors);
  });
}

const WORDS = { keep: 'kept running', stop: 'kept stopped' } as const;

function parseDays(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(days)) return days;
  throw new InvalidArgumentError('It has to be a whole number of days.');
}
