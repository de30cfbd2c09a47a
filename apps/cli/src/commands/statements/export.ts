import { writeFile } from 'node:fs/promises';
import { exportStatement, type StatementFormat } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { CliError, errorOfAnswer, errorOfSilence, usageError } from '../../cli-error.js';
import { EXIT } from '../../exit-codes.js';
import type { Context, Shell } from '../../context.js';
import { write } from '../../output/output.js';
import { addWhose, parseMonth, whoseQuery, type WhoseOptions } from './whose.js';

interface Options extends WhoseOptions {
  readonly format: StatementFormat;
  readonly file?: string;
}

const FORMATS = ['csv', 'json', 'focus'] as const satisfies readonly StatementFormat[];

const HELP = `
focus: the columns of FOCUS 1.1, the FinOps Open Cost and Usage Specification, as comma-separated values.

Examples:
  $ vsysctl statements export 2026-03 --format focus --file march.csv
  $ vsysctl statements export 2026-03 --format json | jq .total`;

export function registerExportStatement(statements: Command, shell: Shell): void {
  addWhose(statements.command('export'))
    .description('Writes the bill of a month as a file.')
    .argument('<month>', 'like 2026-03')
    .addOption(new Option('--format <form>', 'form of the file').choices(FORMATS).default('csv'))
    .option('--file <file>', 'where to; the standard output when not given')
    .addHelpText('after', HELP)
    .action(shell.connected(exportMonth));
}

async function exportMonth(
  context: Context,
  month: string,
  { format, file, ...whose }: Options,
): Promise<void> {
  const { client, io, output } = context;
  const path = { period: parseMonth(month) };
  const query = { ...(await whoseQuery(context, whose)), format };
  const { data, error, response } = await exportStatement({ client, path, query, parseAs: 'text' });
  if (response === undefined) throw errorOfSilence(error);
  if (!response.ok) throw errorOfAnswer(error, response.status);
  const text: unknown = data;
  if (typeof text !== 'string') throw new CliError('The answer is no file.', EXIT.unavailable);
  if (file === undefined) {
    await write(io.stdout, text);
    return;
  }
  await writeFile(file, text).catch((cause: Error) => {
    throw usageError(`The file cannot be written: ${cause.message}`, 'Check its name and folder.');
  });
  output.note(`${file}: ${path.period} as ${format}`);
}
