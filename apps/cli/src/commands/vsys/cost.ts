import { getVsysCost } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { money } from '../../output/amounts.js';
import { renderFacts } from '../../output/render.js';

const HELP = `
Examples:
  $ vsysctl vsys cost shop
  $ vsysctl vsys cost shop -o json | jq .stoppedPerHour`;

export function registerVsysCost(vsys: Command, shell: Shell): void {
  vsys
    .command('cost')
    .description(
      'Shows what a system costs: this month, an hour, until the end of the month, and when it is stopped.',
    )
    .argument('<vsys>', 'id or name')
    .addHelpText('after', HELP)
    .action(shell.connected(cost));
}

async function cost({ client, output }: Context, idOrName: string): Promise<void> {
  const answer = await answerOf(getVsysCost({ client, path: { vsysId: await getVsysId(client, idOrName) } }));
  await output.result(answer, () => {
    const { currency, period, soFar, perHour, forecast, stoppedPerHour, unpriced } = answer;
    return renderFacts(
      {
        [`${period} so far`]: `${money(soFar)} ${currency}`,
        'an hour as it is': `${money(perHour)} ${currency}`,
        [`${period} when nothing changes`]: `${money(forecast)} ${currency}`,
        'an hour when it is stopped': `${money(stoppedPerHour)} ${currency}`,
        'without a price': unpriced.join(', '),
      },
      output.colors,
    );
  });
}
