/** One question to everything that must hold, and what to do about what does not. */
import {
  checkInvariants,
  listOperations,
  listPools,
  verifyAudit,
  type InvariantView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { rowsOf } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import type { Colors } from '../../output/colors.js';
import { safe } from '../../output/terminal-text.js';

/** Not getting on for so long is more than a slow clone. */
const STUCK_SECONDS = 900;
/** Stuck operations that are named; the rest has mostly the same cause. */
const MOST_EXAMPLES = 10;

const HELP = `
For the provider. It asks the database everything that must hold at any moment, computes the chains of the audit again, and
looks for operations that have not got on for a quarter of an hour and for pools that nobody serves. For each thing that is
wrong it says what that means and what to do, step by step. It changes nothing. The exit code is 0 when all is well, else 1.

Examples:
  $ vsysctl doctor
  $ vsysctl doctor --only-broken
  $ vsysctl doctor -o json | jq '.checks[] | select(.count > 0)'`;

/** An invariant, or something else that is looked at in the same way. */
type Check = Pick<InvariantView, 'name' | 'statement' | 'explanation' | 'count'> & {
  readonly repair: readonly string[];
  readonly examples: readonly string[];
};

export function registerDoctor(program: Command, shell: Shell): void {
  program
    .command('doctor')
    .summary('check that all is well, and what to do if not (for the provider)')
    .description('Checks everything that must hold and says what to do about what does not.')
    .option('--only-broken', 'show nothing of what is well')
    .addHelpText('after', HELP)
    .action(shell.connected(examine));
}

async function examine(
  { client, output }: Context,
  { onlyBroken }: { readonly onlyBroken?: true },
): Promise<ExitCode> {
  const { items, checkedAt } = await answerOf(checkInvariants({ client }));
  const checks: Check[] = [
    ...items,
    await checkAudit(client),
    await checkOperations(client),
    await checkPools(client, checkedAt),
  ];
  const isHealthy = checks.every(({ count }) => count === 0);
  const shown = onlyBroken === true ? checks.filter(({ count }) => count > 0) : checks;
  await output.result({ isHealthy, checkedAt, checks: shown }, () =>
    [...shown.flatMap((check) => linesOf(check, output.colors)), summary(checks)].join('\n'),
  );
  return isHealthy ? EXIT.done : EXIT.operationFailed;
}

type Client = Context['client'];

async function checkAudit(client: Client): Promise<Check> {
  const { chains } = await answerOf(verifyAudit({ client }));
  const broken = chains.filter((chain) => chain.broken !== null);
  return {
    name: 'audit-is-whole',
    statement: 'no entry of the audit was changed, taken away or exchanged',
    explanation:
      'Somebody with access to the database changed what was recorded, or a backup was restored in part.',
    repair: [
      'See where: `vsysctl audit verify`.',
      'Keep a copy of the database as it is, and compare the entries with a backup.',
      'Find out who could write to the database, and change its passwords.',
    ],
    count: broken.length,
    examples: broken.map(({ organizationId }) => organizationId ?? '(provider)'),
  };
}

async function checkOperations(client: Client): Promise<Check> {
  const stuck: string[] = [];
  const rows = rowsOf(async (page) =>
    answerOf(listOperations({ client, query: { ...page, stuckForSeconds: STUCK_SECONDS } })),
  );
  for await (const { id } of rows) stuck.push(id);
  return {
    name: 'operations-get-on',
    statement: 'no operation stands still for a quarter of an hour',
    explanation: 'Somebody waits for a system that nobody works on: its pool is away, or nobody serves it.',
    repair: [
      'See what it waits for: `vsysctl operations show ID` names the last step and its error.',
      'See whether its pool is served and reached: `vsysctl pools list`.',
      'Give it up if nobody needs it any more: `vsysctl operations cancel ID`.',
    ],
    count: stuck.length,
    examples: stuck.slice(0, MOST_EXAMPLES),
  };
}

async function checkPools(client: Client, now: string): Promise<Check> {
  const { items } = await answerOf(listPools({ client }));
  const alone = items.filter(
    ({ enabled, leaseUntil }) =>
      enabled && (leaseUntil === null || Date.parse(leaseUntil) <= Date.parse(now)),
  );
  return {
    name: 'pools-are-served',
    statement: 'every pool that is not disabled is served by a worker',
    explanation: 'Nothing is done on the pool: changes wait, drift is not seen.',
    repair: [
      'Start a worker, or look into the log of those that run: who cannot log in to the pool says why.',
      'See how the pool is reached: `vsysctl pools show POOL`.',
      'Disable it if that is meant: `vsysctl pools disable POOL`.',
    ],
    count: alone.length,
    examples: alone.map(({ name }) => name),
  };
}

function linesOf({ name, statement, explanation, repair, count, examples }: Check, colors: Colors): string[] {
  if (count === 0) return [`${colors.green('✔')} ${safe(statement)}`];
  return [
    `${colors.red('✘')} ${safe(statement)}: ${count} (${name})`,
    `    ${safe(explanation)}`,
    `    at  ${examples.map(safe).join(', ')}${count > examples.length ? ', …' : ''}`,
    ...repair.map((step, index) => `    ${index + 1}.  ${safe(step)}`),
  ];
}

function summary(checks: readonly Check[]): string {
  const broken = checks.filter(({ count }) => count > 0).length;
  return broken === 0
    ? `All ${checks.length} checks are well.`
    : `${broken} of ${checks.length} checks failed.`;
}
