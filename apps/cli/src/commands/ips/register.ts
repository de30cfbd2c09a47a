/** Public addresses that belong to a VDC, and the provider's ranges of them. */
import {
  allocatePublicAddress,
  attachPublicAddress,
  detachPublicAddress,
  freePublicAddress,
  listPublicAddresses,
  type AllocatedAddressView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { ADDRESS_ARGUMENT, getAllocatedAddress } from './find-address.js';
import { registerOwnIps } from './own.js';
import { registerRanges } from './ranges.js';

const COLUMNS: readonly Column<AllocatedAddressView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'address', value: ({ address }) => address },
  { title: 'used by', value: ({ publicIpId, vsysId }) => publicIpId ?? vsysId },
];

interface VdcOption {
  readonly vdc?: string;
}
interface Detachment extends PartOptions {
  readonly replacement: 'none' | 'new';
}

const VDC = ['--vdc <vdc>', 'name or id; the only one when there is only one'] as const;

export function registerIps(program: Command, shell: Shell): void {
  const ips = program
    .command('ips')
    .alias('public-ips')
    .summary('allocate, attach, detach and free public addresses; add them to systems')
    .description(
      'Public addresses: those that belong to a VDC and outlive its systems, and those that go with a system.',
    );
  ips
    .command('list')
    .description('Lists the public addresses of a VDC.')
    .option(...VDC)
    .addHelpText('after', examples('ips list'))
    .action(shell.connected(list));
  ips
    .command('allocate')
    .description('Allocates a public address. It is charged until it is freed.')
    .argument('<name>', 'name, unique in the VDC')
    .option(...VDC)
    .addHelpText('after', examples('ips allocate shop-front'))
    .action(shell.connected(allocate));
  registerOwnIps(ips, shell);
  registerUse(ips, shell);
  registerRanges(ips, shell);
}

/** With systems, and the end of it. */
function registerUse(ips: Command, shell: Shell): void {
  addPartOptions(
    ips
      .command('attach')
      .description('Attaches it to a system: in place of the public address of that name, or as another one.')
      .argument(...ADDRESS_ARGUMENT)
      .argument('<vsys>', 'id or name of the system')
      .argument('<name>', 'name of the public address in the system'),
  )
    .addHelpText('after', examples('ips attach shop-front shop www'))
    .action(shell.connected(attach));
  addPartOptions(
    ips
      .command('detach')
      .description('Takes it away from its system; it stays with the VDC.')
      .argument(...ADDRESS_ARGUMENT)
      .addOption(
        new Option('--replacement <what>', 'what the system gets instead')
          .choices(['none', 'new'])
          .default('none'),
      ),
  )
    .addHelpText('after', examples('ips detach shop-front --replacement new'))
    .action(shell.connected(detach));
  ips
    .command('free')
    .description('Gives it back. Somebody else may get it at once.')
    .argument(...ADDRESS_ARGUMENT)
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('ips free shop-front --yes'))
    .action(shell.connected(free));
}

async function list({ client, output }: Context, { vdc }: VdcOption): Promise<void> {
  const path = { vdcId: await getVdcId(client, vdc) };
  const { items } = await answerOf(listPublicAddresses({ client, path }));
  await output.result(items, () => renderTable(items, COLUMNS, { colors: output.colors }));
}

async function allocate(context: Context, name: string, { vdc }: VdcOption): Promise<void> {
  const { client, output } = context;
  const path = { vdcId: await getVdcId(client, vdc) };
  const made = await context.change(async (headers) =>
    allocatePublicAddress({ client, path, body: { name }, headers }),
  );
  await output.result(made, () => renderFacts({ id: made.id, name: made.name, address: made.address }));
}

async function attach(
  context: Context,
  wanted: string,
  vsys: string,
  name: string,
  options: PartOptions,
): Promise<ExitCode> {
  const { client } = context;
  const path = { allocationId: (await getAllocatedAddress(client, wanted)).id };
  const body = { vsysId: await getVsysId(client, vsys), name };
  return changePart(context, options, async (request) =>
    attachPublicAddress({ client, path, body, ...request }),
  );
}

async function detach(context: Context, wanted: string, options: Detachment): Promise<ExitCode> {
  const { client } = context;
  const path = { allocationId: (await getAllocatedAddress(client, wanted)).id };
  const body = { replacement: options.replacement };
  return changePart(context, options, async (request) =>
    detachPublicAddress({ client, path, body, ...request }),
  );
}

async function free(context: Context, wanted: string, options: ConfirmOptions): Promise<void> {
  const { client, io } = context;
  const { id, name, address } = await getAllocatedAddress(client, wanted);
  await confirm(io, options, {
    preview: `${address} (${name}) is given back; somebody else may get it.`,
    question: 'Free it?',
    unattended: 'refused',
    danger: 'An address that is freed cannot be had again for sure.',
  });
  await context.change(async (headers) => freePublicAddress({ client, path: { allocationId: id }, headers }));
  context.output.note(`${address} is free.`);
}
