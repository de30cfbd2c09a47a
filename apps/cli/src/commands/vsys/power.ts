/** Power of a whole system: every server that is not wanted so yet is asked for; the server orders the work. */
import { startVServer, stopVServer, type AcceptedView, type VsysDetailView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVsysDetail } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { watchOperation } from '../../live/watch-operation.js';
import { renderTable, type Column } from '../../output/render.js';
import { addWaitOptions, exitOf, type WaitOptions } from '../accepted.js';
import { VSYS_ARGUMENT } from './show.js';
import { requireAccepted } from './create.js';

const VERBS = {
  start: { send: startVServer, wanted: 'running', description: 'Starts all servers of a system.' },
  stop: {
    send: stopVServer,
    wanted: 'stopped',
    description: 'Stops all servers of a system, EFM appliances too.',
  },
} as const;
type Verb = keyof typeof VERBS;

const helpOf = (verb: Verb): string => `
There is one operation for each server that is not wanted ${VERBS[verb].wanted} already. The exit code is that of the
worst of them. When the command is interrupted, it can simply be repeated.

Examples:
  $ vsysctl vsys ${verb} shop`;

export function registerVsysPower(vsys: Command, shell: Shell): void {
  for (const verb of ['start', 'stop'] as const) {
    addWaitOptions(vsys.command(verb))
      .description(VERBS[verb].description)
      .argument(...VSYS_ARGUMENT)
      .addHelpText('after', helpOf(verb))
      .action(
        shell.connected(async (context: Context, idOrName: string, options: WaitOptions) =>
          changePower(context, verb, idOrName, options),
        ),
      );
  }
}

async function changePower(
  context: Context,
  verb: Verb,
  idOrName: string,
  { wait }: WaitOptions,
): Promise<ExitCode> {
  const vsys = await getVsysDetail(context.client, idOrName);
  const accepted = await askEach(context, verb, vsys);
  if (accepted.length === 0) context.output.note(`All servers are wanted ${VERBS[verb].wanted} already.`);
  const finished = wait ? await watchEach(context, accepted) : accepted;
  await print(context, finished);
  if (!wait) return EXIT.done;
  return (
    finished.map(({ operation }) => exitOf(context, operation)).find((code) => code !== EXIT.done) ??
    EXIT.done
  );
}

/** One after the other: each is a generation of the system. */
async function askEach(context: Context, verb: Verb, vsys: VsysDetailView): Promise<AcceptedView[]> {
  const { client, change } = context;
  const { send, wanted } = VERBS[verb];
  const accepted: AcceptedView[] = [];
  for (const { id } of vsys.vservers.filter(({ power }) => power !== wanted)) {
    const answer = await change(async (headers) => send({ client, headers, path: { vserverId: id } }), id);
    accepted.push(requireAccepted(answer));
  }
  return accepted;
}

/** The last one first: it ends when the whole system is as wanted, and the others have ended by then. */
async function watchEach(context: Context, accepted: readonly AcceptedView[]): Promise<AcceptedView[]> {
  const finished: AcceptedView[] = [];
  for (const each of accepted.toReversed()) {
    finished.unshift({ ...each, operation: await watchOperation(context, each.operation) });
  }
  return finished;
}

const COLUMNS: readonly Column<AcceptedView>[] = [
  { title: 'operation', value: ({ operation }) => operation.id },
  { title: 'kind', value: ({ operation }) => operation.kind },
  { title: 'generation', value: ({ generation }) => generation, style: 'number' },
  { title: 'state', value: ({ operation }) => operation.state, style: 'state' },
];

async function print({ output }: Context, accepted: readonly AcceptedView[]): Promise<void> {
  await output.result(accepted, () =>
    accepted.length === 0 ? '(none)' : renderTable(accepted, COLUMNS, { colors: output.colors }),
  );
}
