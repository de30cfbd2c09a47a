/** The command line: global options and all commands. Each noun registers its verbs. */
import { readFileSync } from 'node:fs';
import { Command, Option, type OutputConfiguration } from 'commander';
import { z } from 'zod';
import { registerAccess } from './commands/access/register.js';
import { registerAdjustments } from './commands/adjustments/register.js';
import { registerAudit } from './commands/audit/register.js';
import { registerBudgets } from './commands/budgets/register.js';
import { registerCatalog } from './commands/catalog/register.js';
import { registerCompletion } from './commands/completion.js';
import { registerDescriptors } from './commands/descriptors/register.js';
import { registerDisks } from './commands/disks/register.js';
import { registerConnections } from './commands/connections/register.js';
import { registerIps } from './commands/ips/register.js';
import { registerNetworks } from './commands/networks/register.js';
import { registerDoctor } from './commands/doctor/register.js';
import { registerEfms } from './commands/efms/register.js';
import { registerEvents } from './commands/events/register.js';
import { registerNotices } from './commands/notices/register.js';
import { registerOperations } from './commands/operations/register.js';
import { registerPools } from './commands/pools/register.js';
import { registerPrices } from './commands/prices/register.js';
import { registerQuotas } from './commands/quotas/register.js';
import { registerStatements } from './commands/statements/register.js';
import { registerTenancy } from './commands/tenancy/register.js';
import { registerUsage } from './commands/usage/register.js';
import { registerUsers } from './commands/users/register.js';
import { registerRoles } from './commands/users/roles.js';
import { registerVservers } from './commands/vservers/register.js';
import { registerBackups } from './commands/backups/register.js';
import { registerSnapshots } from './commands/snapshots/register.js';
import { registerVsys } from './commands/vsys/register.js';
import { registerWebhooks } from './commands/webhooks/register.js';
import type { Shell } from './context.js';
import { EXIT_CODE_HELP } from './exit-codes.js';
import { OUTPUT_FORMATS } from './output/render.js';

const HELP = `
A first tour:
  $ vsysctl login --url http://127.0.0.1:3000 --token ovs_…
  $ vsysctl vsys plan --descriptor three-tier -p webCount=3
  $ vsysctl vsys create --descriptor three-tier -p webCount=3 --name shop
  $ vsysctl vsys show shop --watch
  $ vsysctl usage --vsys shop --group-by hour
  $ vsysctl vsys delete shop
${EXIT_CODE_HELP}

Environment:
  OPENVSYS_URL, OPENVSYS_TOKEN, OPENVSYS_PROFILE  in place of --url, --token, --profile
  OPENVSYS_CONFIG  file of the profiles (default: ~/.config/openvsys/config.yaml)
  NO_COLOR, CI     no colours; no live pictures`;

export function createProgram(shell: Shell): Command {
  const program = new Command('vsysctl')
    .description('Runs virtual systems: from a VSYS Descriptor to running servers and an hourly bill.')
    .version(version(), '-V, --version', 'show the version')
    .helpCommand('help [command]', 'explain a command')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput(outputOf(shell));
  addGlobalOptions(program);
  for (const register of NOUNS) register(program, shell);
  registerCompletion(program);
  return program;
}

/** Of this package; beside the sources and beside what is built from them. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

const NOUNS: readonly ((program: Command, shell: Shell) => void)[] = [
  registerAccess,
  registerVsys,
  registerVservers,
  registerDisks,
  registerNetworks,
  registerIps,
  registerConnections,
  registerEfms,
  registerSnapshots,
  registerBackups,
  registerOperations,
  registerEvents,
  registerWebhooks,
  registerNotices,
  registerUsage,
  registerStatements,
  registerAdjustments,
  registerPrices,
  registerDescriptors,
  registerCatalog,
  registerTenancy,
  registerUsers,
  registerRoles,
  registerQuotas,
  registerBudgets,
  registerPools,
  registerAudit,
  registerDoctor,
];

function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option('-o, --output <form>', 'form of the result').choices(OUTPUT_FORMATS).default('table'),
    )
    .option('--url <url>', 'server, in place of the profile’s')
    .option('--token <token>', 'token, in place of the profile’s')
    .option('--profile <name>', 'stored profile to use, see `vsysctl profiles`')
    .option('--idempotency-key <key>', 'key of an earlier try of the same change: it is done once')
    .option('--reason <text>', 'why, in your words; kept in the audit with every change')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'nothing but results and errors');
}

function outputOf({ io }: Shell): OutputConfiguration {
  return {
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    getOutHelpWidth: () => io.stdout.columns ?? 100,
    getErrHelpWidth: () => io.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}
