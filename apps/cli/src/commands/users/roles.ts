import { listRoles, type RoleView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { onePage } from '../../api/pages.js';
import type { Shell } from '../../context.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';

const COLUMNS: readonly Column<RoleView>[] = [
  { title: 'role', value: ({ name }) => name },
  { title: 'provider only', value: ({ isForProvider }) => isForProvider },
  { title: 'permits', value: ({ permissions }) => permissions.join(' ') },
];

export function registerRoles(program: Command, shell: Shell): void {
  program
    .command('roles')
    .summary('list roles')
    .description('What users and tokens may do.')
    .command('list')
    .description('Lists all roles with what they permit.')
    .addHelpText('after', examples('roles list', `roles list -o json | jq '.[] | select(.name=="operator")'`))
    .action(
      shell.connected(async ({ client, output }) =>
        output.list(onePage(answerOf(listRoles({ client }))), COLUMNS),
      ),
    );
}
