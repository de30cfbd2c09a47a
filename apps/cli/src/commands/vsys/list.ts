import { listVsys, type VsysPhase, type VsysView } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const PHASES = [
  'provisioning',
  'ready',
  'changing',
  'deleting',
  'deleted',
  'needs-attention',
] as const satisfies readonly VsysPhase[];

const COLUMNS: readonly Column<VsysView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'phase', value: ({ phase }) => phase, style: 'state' },
  { title: 'generation', value: (vsys) => generationText(vsys), style: 'number' },
  {
    title: 'descriptor',
    value: ({ descriptor }) => descriptor && `${descriptor.name}@${descriptor.version}`,
  },
  { title: 'created', value: ({ createdAt }) => instant(createdAt) },
];

const HELP = `
Examples:
  $ vsysctl vsys list
  $ vsysctl vsys list --phase needs-attention
  $ vsysctl vsys list --tag env:prod --search shop
  $ vsysctl vsys list --binned
  $ vsysctl vsys list --all -o json | jq -r '.[].id'`;

interface Options extends ListOptions {
  readonly name?: string;
  readonly phase?: VsysPhase;
  readonly vdc?: string;
  readonly tag?: readonly string[];
  readonly search?: string;
  readonly externalId?: string;
  readonly binned?: true;
}

export function registerListVsys(vsys: Command, shell: Shell): void {
  addListOptions(vsys.command('list'))
    .description('Lists systems, newest first; deleted ones only with --phase deleted.')
    .option('--name <name>', 'only those with this name')
    .addOption(new Option('--phase <phase>', 'only those in this phase').choices(PHASES))
    .option('--vdc <vdc>', 'only those of this VDC, by name or id')
    .option('--tag <tag...>', 'only those with this tag, as key or key:value')
    .option('--search <text>', 'only those with this text in name, notes, tags or external id')
    .option('--external-id <id>', 'only the one with this external id')
    .option('--binned', 'only those in the recycle bin')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list({ client, output }: Context, given: Options): Promise<void> {
  const { name, phase, vdc, tag, search, externalId, binned, ...options } = given;
  const filter = {
    ...(name === undefined ? {} : { name }),
    ...(phase === undefined ? {} : { phase }),
    ...(vdc === undefined ? {} : { vdc: await getVdcId(client, vdc) }),
    ...(tag === undefined ? {} : { tag: tag.join(',') }),
    ...(search === undefined ? {} : { search }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(binned === undefined ? {} : { binned }),
  };
  const pages = pagesOf(
    async (page) => answerOf(listVsys({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

function generationText({ generation, observedGeneration }: VsysView): string {
  return generation === observedGeneration ? String(generation) : `${observedGeneration} → ${generation}`;
}
