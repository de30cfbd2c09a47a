/** Connections in firewalls: both sides at once for who owns both, attaching, detaching, the end. */
import {
  attachConnection,
  deleteConnection,
  detachConnection,
  getConnection,
  proposeConnection,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getPartId } from '../../api/find-part.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { CONNECTION_ARGUMENT, NETWORK_ARGUMENT, showConnection } from './show.js';

interface Creation extends PartOptions {
  readonly name: string;
  readonly toName?: string;
}
interface Use extends PartOptions {
  readonly vsys?: string;
}

const VSYS = ['--vsys <vsys>', 'which system, when both are yours'] as const;
const SOME_ID = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';

export function registerUse(connections: Command, shell: Shell): void {
  addPartOptions(
    connections
      .command('create')
      .description('Joins networks of two systems of yours: agrees for both and attaches both.')
      .argument('<from>', NETWORK_ARGUMENT)
      .argument('<to>', NETWORK_ARGUMENT)
      .requiredOption('--name <zone>', 'its name in the first system: a zone of the firewall')
      .option('--to-name <zone>', 'its name in the other system; the same without it'),
  )
    .addHelpText(
      'after',
      examples('connections create shop/app books/data --name books --to-name shop --yes'),
    )
    .action(shell.connected(create));
  registerSides(connections, shell);
  connections
    .command('delete')
    .description('Ends it for both sides.')
    .argument(...CONNECTION_ARGUMENT)
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples(`connections delete ${SOME_ID} --yes`))
    .action(shell.connected(remove));
}

/** One side at a time. */
function registerSides(connections: Command, shell: Shell): void {
  addPartOptions(
    connections
      .command('attach')
      .description('Puts an accepted connection into the firewall of your system.')
      .argument(...CONNECTION_ARGUMENT)
      .option(...VSYS),
  )
    .addHelpText('after', examples(`connections attach ${SOME_ID}`))
    .action(shell.connected(attach));
  addPartOptions(
    connections
      .command('detach')
      .description('Takes it out of the firewall again; it stays agreed.')
      .argument(...CONNECTION_ARGUMENT)
      .option(...VSYS),
  )
    .addHelpText('after', examples(`connections detach ${SOME_ID} --vsys shop`))
    .action(shell.connected(detach));
}

async function create(context: Context, from: string, to: string, options: Creation): Promise<ExitCode> {
  const { client } = context;
  const { name, toName = name } = options;
  const body = {
    from: { vnetId: await getPartId(client, 'network', from), name },
    to: { vnetId: await getPartId(client, 'network', to), name: toName },
  };
  const made = await context.change(async (headers) => proposeConnection({ client, body, headers }));
  const path = { connectionId: made.id };
  for (const vsysId of [made.from.vsysId, made.to?.vsysId]) {
    const side = vsysId === undefined ? {} : { vsysId };
    const once: Context = { ...context, change: async (send) => context.change(send, `attach-${vsysId}`) };
    const code = await changePart(once, options, async (request) =>
      attachConnection({ client, path, body: side, ...request }),
    );
    if (code !== EXIT.done) return code;
  }
  await showConnection(context, await answerOf(getConnection({ client, path })));
  return EXIT.done;
}

async function bodyOf({ client }: Context, { vsys }: Use) {
  return vsys === undefined ? {} : { vsysId: await getVsysId(client, vsys) };
}

async function attach(context: Context, connectionId: string, options: Use): Promise<ExitCode> {
  const body = await bodyOf(context, options);
  return changePart(context, options, async (request) =>
    attachConnection({ client: context.client, path: { connectionId }, body, ...request }),
  );
}

async function detach(context: Context, connectionId: string, options: Use): Promise<ExitCode> {
  const body = await bodyOf(context, options);
  return changePart(context, options, async (request) =>
    detachConnection({ client: context.client, path: { connectionId }, body, ...request }),
  );
}

async function remove(context: Context, connectionId: string, options: ConfirmOptions): Promise<void> {
  const { client, io, output } = context;
  const path = { connectionId };
  const { from, to } = await answerOf(getConnection({ client, path }));
  await confirm(io, options, {
    preview: `${from.vsysId} and ${to?.vsysId ?? 'nobody'} are joined no more.`,
    question: 'Delete it?',
    unattended: 'refused',
    danger: 'Both sides would have to agree again.',
  });
  const { detached } = await context.change(async (headers) => deleteConnection({ client, path, headers }));
  for (const { vsysId, operationId } of detached)
    output.note(`The firewall of ${vsysId} forgets it: operation ${operationId}.`);
  output.note('The connection is deleted.');
}
