/** Questions about the traffic of a system: who reaches whom, and the packets themselves. */
import { setTimeout as pause } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import {
  captureEfmPackets,
  fetchEfmCapture,
  findReachability,
  getEfmCapture,
  type Client,
  type EfmCaptureView,
  type WayStepView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { positiveWhole } from '../../api/pages.js';
import { CliError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { renderTable, type Column } from '../../output/render.js';
import { EFM_ARGUMENT, getEfmId } from './efm-argument.js';

const PROTOCOLS = ['tcp', 'udp', 'icmp'] as const;
type Protocol = (typeof PROTOCOLS)[number];
const DEFAULT_SECONDS = 10;
/** Between two looks at a capture, ms. */
const LOOK_MS = 1_000;
/** An appliance that has not sent anything so long after the end is given up, s. */
const GRACE_SECONDS = 90;

const STEPS: readonly Column<WayStepView>[] = [
  { title: 'by', value: ({ efm }) => efm ?? '(network)' },
  { title: 'passes', value: ({ verdict }) => verdict.allowed },
  { title: 'because of', value: ({ verdict }) => verdict.pointer ?? verdict.reason },
  { title: 'why', value: ({ verdict }) => verdict.explanation },
];

interface ReachOptions {
  readonly protocol: Protocol;
  readonly port?: number;
}

export function registerEfmQuestions(efms: Command, shell: Shell): void {
  efms
    .command('reach')
    .description('Says who reaches whom, on which way, and which rule decides. Exit code 5: does not reach.')
    .argument('<vsys>', 'id or name of the system')
    .argument('<from>', 'server, role, EFM, internet or IPv4 address')
    .argument('<to>', 'server, role, EFM, public IP or IPv4 address; VSYS/NAME for one of another system')
    .addOption(new Option('--protocol <protocol>', 'protocol').choices(PROTOCOLS).default('tcp'))
    .option('--port <port>', 'destination port', positiveWhole)
    .addHelpText(
      'after',
      '\nExamples:\n  $ vsysctl efms reach shop internet www --port 443\n  $ vsysctl efms reach shop web-1 books/www --port 80',
    )
    .action(shell.connected(reach));
  efms
    .command('capture')
    .description('Captures packets at an EFM and writes them to a file (pcap).')
    .argument(...EFM_ARGUMENT)
    .argument('<zone>', 'VNet of the EFM, or internet')
    .requiredOption('--to <file>', 'file to write')
    .option('--seconds <seconds>', 'how long, 60 at most', positiveWhole, DEFAULT_SECONDS)
    .option('--max-bytes <bytes>', 'how much, 8 MiB at most', positiveWhole)
    .addOption(new Option('--protocol <protocol>', 'only this protocol').choices(PROTOCOLS))
    .option('--host <address>', 'only from or to this address')
    .option('--port <port>', 'only from or to this port', positiveWhole)
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms capture shop/fw dmz --port 443 --to dmz.pcap')
    .action(shell.connected(capture));
}

/** `shop/www` is the public address `www` of the system `shop`. */
async function targetOf(client: Client, to: string): Promise<string> {
  const cut = to.indexOf('/');
  return cut < 0 ? to : `${await getVsysId(client, to.slice(0, cut))}${to.slice(cut)}`;
}

async function reach(
  { client, output }: Context,
  vsys: string,
  from: string,
  to: string,
  { protocol, port }: ReachOptions,
): Promise<ExitCode> {
  const path = { vsysId: await getVsysId(client, vsys) };
  const body = { from, to: await targetOf(client, to), protocol, ...(port === undefined ? {} : { port }) };
  const way = await answerOf(findReachability({ client, path, body }));
  await output.result(way, () =>
    [way.explanation, '', renderTable(way.steps, STEPS, { colors: output.colors })].join('\n'),
  );
  return way.allowed ? EXIT.done : EXIT.refused;
}

interface CaptureOptions {
  readonly to: string;
  readonly seconds: number;
  readonly maxBytes?: number;
  readonly protocol?: Protocol;
  readonly host?: string;
  readonly port?: number;
}

async function capture(context: Context, efm: string, zone: string, options: CaptureOptions): Promise<void> {
  const { client, output, io } = context;
  const { to, ...wish } = options;
  const vserverId = await getEfmId(client, efm);
  const asked = await context.change(async (headers) =>
    captureEfmPackets({ client, path: { vserverId }, headers, body: { zone, ...wish } }),
  );
  output.note(`Capture ${asked.id} is asked for; it takes ${wish.seconds} s.`);
  const done = await finished(client, vserverId, asked, io.signal);
  const path = { vserverId, captureId: done.id };
  const { data } = await fetchEfmCapture({ client, path, parseAs: 'blob' });
  if (!(data instanceof Blob)) throw new CliError('The packets did not come.', EXIT.unavailable);
  await writeFile(to, Buffer.from(await data.arrayBuffer()));
  await output.result({ ...done, file: to }, () => `${data.size} bytes are in ${to}.`);
}

/** Throws when the appliance says why not, or nothing at all. */
async function finished(
  client: Client,
  vserverId: string,
  asked: EfmCaptureView,
  signal: AbortSignal | undefined,
): Promise<EfmCaptureView> {
  const path = { vserverId, captureId: asked.id };
  const end = performance.now() + (asked.wish.seconds + GRACE_SECONDS) * 1000;
  for (;;) {
    const seen = await answerOf(getEfmCapture({ client, path }));
    if (seen.state === 'done') return seen;
    if (seen.state === 'failed')
      throw new CliError(seen.error ?? 'The capture failed.', EXIT.operationFailed);
    if (performance.now() > end) {
      throw new CliError('The appliance has sent nothing yet.', EXIT.timeOver, {
        remedy: `Look at it again later: its id is ${asked.id}.`,
      });
    }
    await pause(LOOK_MS, undefined, signal === undefined ? {} : { signal });
  }
}
