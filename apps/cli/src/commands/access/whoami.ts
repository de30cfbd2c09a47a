import { whoAmI, type WhoAmIView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Shell } from '../../context.js';
import { examples } from '../examples.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts } from '../../output/render.js';

export function registerWhoami(program: Command, shell: Shell): void {
  program
    .command('whoami')
    .summary('show who the token stands for')
    .description('Shows the principal behind the token, its organization and what it may do.')
    .addHelpText('after', examples('whoami', 'whoami -o json'))
    .action(
      shell.connected(async ({ client, output }) => {
        const identity = await answerOf(whoAmI({ client }));
        await output.result(identity, () => identityFacts(identity, output.colors));
      }),
    );
}

export function identityFacts(identity: WhoAmIView, colors: Colors): string {
  return renderFacts(
    {
      actor: identity.actor,
      organization: identity.contract ?? '(provider)',
      roles: identity.roles.join(', '),
      vdcs: identity.vdcIds === null ? 'all' : identity.vdcIds.join(', '),
      permissions: identity.permissions.join(', '),
    },
    colors,
  );
}
