import { deleteVsys, type DeletionPlanView, type VsysDetailView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getAnyVsysId, getVsysDetail } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { treeOfVsys } from '../../live/vsys-tree.js';
import { instant } from '../../output/amounts.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts } from '../../output/render.js';
import { renderTree } from '../../output/tree.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { requirePlan } from './confirm-plan.js';
import { requireAccepted } from './create.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
Stops and removes all servers, disks with their data, networks and addresses. Where the VDC has a recycle bin, the system is
only stopped and can be restored for a while; --purge skips the bin or empties it. On a terminal it shows what will be gone
and asks; elsewhere --yes is needed. When the system was changed since it was shown, nothing is deleted.

Examples:
  $ vsysctl vsys delete shop --dry-run
  $ vsysctl vsys delete shop
  $ vsysctl vsys delete shop --purge --yes --no-wait`;

interface Options extends WaitOptions, ConfirmOptions {
  readonly purge?: true;
  readonly keepBackups?: true;
  readonly dryRun?: true;
}

export function registerDeleteVsys(vsys: Command, shell: Shell): void {
  const command = vsys
    .command('delete')
    .description('Deletes a system with everything in it.')
    .argument(...VSYS_ARGUMENT)
    .option('--purge', 'for good at once, out of the recycle bin too')
    .option('--keep-backups', 'all its back-ups stay, not only those that were taken so')
    .option('--dry-run', 'only show what would vanish and what would go on costing')
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(remove));
}

async function remove(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, io, output, change } = context;
  const path = { vsysId: await getAnyVsysId(client, idOrName) };
  const query = {
    ...(options.purge === true ? { purge: true } : {}),
    ...(options.keepBackups === true ? { keepBackups: true } : {}),
  };
  const plan = requirePlan<DeletionPlanView>(
    await answerOf(deleteVsys({ client, path, query: { ...query, dryRun: true } })),
  );
  if (options.dryRun === true) {
    await output.result(plan, () => renderDeletion(plan, output.colors));
    return EXIT.done;
  }
  const vsys = await getVsysDetail(client, path.vsysId);
  await confirm(io, options, {
    preview: `${renderTree(treeOfVsys(vsys), output.noteColors)}\n\n${renderDeletion(plan, output.noteColors)}`,
    question: questionOf(vsys, plan),
    unattended: 'refused',
    danger: `Deleting ${vsys.name} (${vsys.id}) removes ${vsys.vservers.length} servers and ${vsys.vdisks.length} data disks.`,
  });
  // What was shown is what is deleted; with --yes nothing was shown.
  const match = options.yes === true ? {} : { 'If-Match': `"${plan.basedOnGeneration}"` };
  const accepted = await change(async (headers) =>
    deleteVsys({ client, path, query, headers: { ...headers, ...match } }),
  );
  return finishAccepted(context, requireAccepted(accepted), options);
}

function questionOf({ vservers, vdisks }: VsysDetailView, { deletion }: DeletionPlanView): string {
  const all = `${vservers.length} servers and ${vdisks.length} data disks`;
  return deletion.binnedUntil === null
    ? `Delete all of this, ${all}?`
    : `Put all of this, ${all}, into the recycle bin?`;
}

function renderDeletion({ deletion, price }: DeletionPlanView, colors: Colors): string {
  const {
    binnedUntil,
    servers,
    disks,
    snapshots,
    backups,
    keptBackups,
    dataGiB,
    freedAddresses,
    connections,
    stillCharged,
  } = deletion;
  const facts = {
    protected: deletion.isProtected ? 'yes: deleting is refused' : 'no',
    'recycle bin': binnedUntil === null ? 'no: gone at once' : `until ${instant(binnedUntil)}`,
    servers: servers.join(', ') || 'none',
    disks: disks.join(', ') || 'none',
    snapshots: snapshots.join(', ') || 'none',
    'back-ups': backups.join(', ') || 'none',
    'kept back-ups': keptBackups.join(', ') || 'none',
    data: `${dataGiB} GiB`,
    addresses: freedAddresses.join(', ') || 'none',
    ...(connections.length === 0 ? {} : { connections: connections.join(', ') }),
    'an hour costs': `${price.before.perHour} ${price.before.currency}, then ${price.after.perHour}`,
    'still charged': binnedUntil === null ? 'nothing' : `${stillCharged.length} parts, until it is purged`,
  };
  return renderFacts(facts, colors);
}
