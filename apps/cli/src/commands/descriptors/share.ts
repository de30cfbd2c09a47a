import {
  getDescriptorCopyKey,
  setDescriptorCopyKey,
  unregisterDescriptor,
  withdrawDescriptorCopyKey,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';
import { examples } from '../examples.js';

interface KeyOptions {
  readonly set?: true;
  readonly for: readonly string[];
  readonly withdraw?: true;
}

export function registerDescriptorKey(descriptors: Command, shell: Shell): void {
  descriptors
    .command('key')
    .description('Shows, sets or withdraws the key with which others may copy a descriptor.')
    .argument('<name>', 'name of one of your own')
    .option('--set', 'make a new one; the one before is worth nothing any more')
    .option(
      '--for <contract>',
      'with --set: only for the tenant with this contract; may be repeated',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--withdraw', 'nobody may copy it any more')
    .addHelpText(
      'after',
      examples('descriptors key our-shop --set --for DEMO0002', 'descriptors key our-shop'),
    )
    .action(shell.connected(key));
}

async function key({ client, output, change }: Context, name: string, options: KeyOptions): Promise<void> {
  const path = { descriptorName: name };
  if (options.withdraw === true) {
    await change(async (headers) => withdrawDescriptorCopyKey({ client, path, headers }));
    output.note('The key is withdrawn.');
    return;
  }
  const answer =
    options.set === true
      ? await answerOf(setDescriptorCopyKey({ client, path, body: { contracts: [...options.for] } }))
      : await answerOf(getDescriptorCopyKey({ client, path }));
  await output.result(answer, () =>
    renderFacts({ key: answer.key, for: answer.contracts.join(', ') || 'whoever has it' }, output.colors),
  );
}

export function registerDeleteDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('delete')
    .description('Gives a descriptor of your own up, with all its versions.')
    .argument('<name>', 'name')
    .option('--hide', 'also while systems are made of it; they go on as they are')
    .addHelpText('after', examples('descriptors delete our-shop', 'descriptors delete our-shop --hide'))
    .action(
      shell.connected(async ({ client, output, change }, name: string, { hide }: { hide?: true }) => {
        const systems = hide === true ? 'hide' : 'refuse';
        const path = { descriptorName: name };
        await change(async (headers) => unregisterDescriptor({ client, headers, path, query: { systems } }));
        output.note(`${name} is given up.`);
      }),
    );
}
