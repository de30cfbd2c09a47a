import type { Command } from 'commander';
import type { LocalContext, Shell } from '../../context.js';
import { renderTable, type Column } from '../../output/render.js';
import { listProfiles, useProfile, type ProfileSummary } from '../../profiles.js';

const COLUMNS: readonly Column<ProfileSummary>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'url', value: ({ url }) => url },
  { title: 'current', value: ({ current }) => current },
];

const HELP = `
Examples:
  $ vsysctl profiles            # what is stored
  $ vsysctl profiles use prod   # make another one the current one`;

export function registerProfiles(program: Command, shell: Shell): void {
  const profiles = program
    .command('profiles')
    .summary('show stored servers, choose one')
    .description('Shows the stored servers. Tokens are not shown.')
    .addHelpText('after', HELP)
    .action(shell.local(showProfiles));
  profiles
    .command('use')
    .description('Makes a stored profile the current one.')
    .argument('<name>', 'name of the profile')
    .addHelpText('after', HELP)
    .action(
      shell.local(async ({ io, output }, name: string) => {
        await useProfile(name, io.environment);
        output.note(`“${name}” is the current profile.`);
      }),
    );
}

async function showProfiles({ io, output }: LocalContext): Promise<void> {
  const profiles = await listProfiles(io.environment);
  await output.result(profiles, () =>
    profiles.length === 0 ? '(none)' : renderTable(profiles, COLUMNS, { colors: output.colors }),
  );
}
