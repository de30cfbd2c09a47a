import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { removeProfile } from '../../profiles.js';

const HELP = `
The token stays valid: \`vsysctl tokens revoke\` ends it.

Examples:
  $ vsysctl logout                  # the current profile
  $ vsysctl logout --profile prod`;

export function registerLogout(program: Command, shell: Shell): void {
  program
    .command('logout')
    .summary('forget a stored server and its token')
    .description('Removes a profile from the configuration file.')
    .addHelpText('after', HELP)
    .action(
      shell.local(async ({ io, options, output }) => {
        const name = await removeProfile(options.profile, io.environment);
        output.note(`Profile “${name}” is forgotten.`);
      }),
    );
}
