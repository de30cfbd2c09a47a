/** Looking at connections, proposing and accepting them. */
import {
  acceptConnection,
  getConnection,
  getConnectionKey,
  listConnections,
  proposeConnection,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getPartId } from '../../api/find-part.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts, renderTable } from '../../output/render.js';
import { examples } from '../examples.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';
import { COLUMNS, CONNECTION_ARGUMENT, NETWORK_ARGUMENT, showConnection } from './show.js';

const NAME = ['--name <zone>', 'its name in your system: a zone of the firewall'] as const;

interface Named {
  readonly name: string;
}
interface Acceptance extends Named {
  readonly key?: string;
}

export function registerAgreements(connections: Command, shell: Shell): void {
  connections
    .command('list')
    .description('Lists the connections of a system.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', examples('connections list shop'))
    .action(shell.connected(list));
  connections
    .command('show')
    .description('Shows how far a connection is on both sides.')
    .argument(...CONNECTION_ARGUMENT)
    .addHelpText('after', examples('connections show 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'))
    .action(shell.connected(show));
  connections
    .command('propose')
    .description('Proposes a connection to somebody else: give them its id and its key.')
    .argument('<network>', `yours: ${NETWORK_ARGUMENT}`)
    .requiredOption(...NAME)
    .addHelpText('after', examples('connections propose shop/app --name billing'))
    .action(shell.connected(propose));
  connections
    .command('accept')
    .description('Accepts a connection that somebody proposed.')
    .argument(...CONNECTION_ARGUMENT)
    .argument('<network>', `yours: ${NETWORK_ARGUMENT}`)
    .requiredOption(...NAME)
    .option('--key <key>', 'from who proposed it')
    .addHelpText(
      'after',
      examples(
        'connections accept 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 books/data --name shop --key n3sVqZ…',
      ),
    )
    .action(shell.connected(accept));
}

async function list({ client, output }: Context, idOrName: string): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const { items } = await answerOf(listConnections({ client, path }));
  await output.result(items, () => renderTable(items, COLUMNS, { colors: output.colors }));
}

async function show(context: Context, connectionId: string): Promise<void> {
  const { client } = context;
  await showConnection(context, await answerOf(getConnection({ client, path: { connectionId } })));
}

async function propose(context: Context, network: string, { name }: Named): Promise<void> {
  const { client, output } = context;
  const from = { vnetId: await getPartId(client, 'network', network), name };
  const made = await context.change(async (headers) =>
    proposeConnection({ client, body: { from }, headers }),
  );
  const { key } = await answerOf(getConnectionKey({ client, path: { connectionId: made.id } }));
  await output.result({ ...made, key }, () =>
    renderFacts({ id: made.id, state: made.state, key }, output.colors),
  );
  output.note('Whoever has both can accept it.');
}

async function accept(
  context: Context,
  connectionId: string,
  network: string,
  { name, key }: Acceptance,
): Promise<void> {
  const { client, output } = context;
  const vnetId = await getPartId(client, 'network', network);
  const body = { vnetId, name, ...(key === undefined ? {} : { key }) };
  const accepted = await context.change(async (headers) =>
    acceptConnection({ client, path: { connectionId }, body, headers }),
  );
  await showConnection(context, accepted);
  output.note('Each side now attaches it: `vsysctl connections attach`.');
}
