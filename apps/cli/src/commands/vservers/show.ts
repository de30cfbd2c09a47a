import { getVServer, type NicView, type VServerView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';

export const VSERVER_ARGUMENT = ['<server>', 'id, or VSYS/SERVER like shop/web-1'] as const;

const NICS: readonly Column<NicView>[] = [
  { title: 'card', value: ({ device }) => device },
  { title: 'network', value: ({ vnetId }) => vnetId ?? 'external' },
  { title: 'address', value: ({ ipv4 }) => ipv4 },
  { title: 'mac', value: ({ mac }) => mac },
  { title: 'state', value: ({ state }) => state, style: 'state' },
];

const HELP = `
Examples:
  $ vsysctl vservers show shop/web-1
  $ vsysctl vservers show DEMO0001-7K2M9QXPA-S-0003 -o json`;

export function registerShowVserver(vservers: Command, shell: Shell): void {
  vservers
    .command('show')
    .description('Shows a server with its network cards.')
    .argument(...VSERVER_ARGUMENT)
    .addHelpText('after', HELP)
    .action(shell.connected(show));
}

async function show({ client, output }: Context, idOrPath: string): Promise<void> {
  const vserverId = await getVServerId(client, idOrPath);
  const server = await answerOf(getVServer({ client, path: { vserverId } }));
  await output.result(server, () => renderServer(server, output.colors));
}

function renderServer(server: VServerView, colors: Colors): string {
  const facts = renderFacts(
    {
      id: server.id,
      name: server.name,
      vsys: server.vsysId,
      kind: server.kind,
      role: server.role,
      state: server.state,
      reason: server.reason,
      wanted: server.power,
      type: `${server.type} (${server.vcpus} vcpus, ${server.memoryMiB} MiB)`,
      image: `${server.image} (${server.systemDiskGiB} GiB)`,
      rescue: server.rescue,
      host: server.host,
    },
    colors,
  );
  return server.nics.length === 0 ? facts : `${facts}\n\n${renderTable(server.nics, NICS, { colors })}`;
}
