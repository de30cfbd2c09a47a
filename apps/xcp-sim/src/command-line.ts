// Purpose: the command line of the simulator: each option is a variable of the environment or a flag of the same name.
import { OPTION_FACTS } from './simulator-options.js';
import { parseArgs } from 'node:util';

export interface CommandLine {
  readonly command: 'serve' | 'help' | 'coverage' | 'measure-fleet';
  /** The environment with the flags written over it. */
  readonly environment: NodeJS.ProcessEnv;
}

const COMMANDS = ['serve', 'measure-fleet'] as const;

/** @throws Error that names what is not understood */
export function readCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      coverage: { type: 'boolean' },
      ...Object.fromEntries(OPTION_FACTS.map(({ flag }) => [flag, { type: 'string' as const }])),
    },
  });
  const [name = 'serve', surplus] = positionals;
  const command = COMMANDS.find((known) => known === name);
  if (command === undefined || surplus !== undefined)
    throw new Error(`"${positionals.join(' ')}" is not understood; try --help`);
  const given: Record<string, unknown> = values;
  const written = OPTION_FACTS.flatMap(({ flag, variable }): [string, string][] => {
    const value = given[flag];
    return typeof value === 'string' ? [[variable, value]] : [];
  });
  const coverage = values.coverage === true ? 'coverage' : command;
  return {
    command: values.help === true ? 'help' : coverage,
    environment: { ...environment, ...Object.fromEntries(written) },
  };
}

/** The text of `--help`. */
export function helpText(): string {
  const width = Math.max(...OPTION_FACTS.map(({ flag }) => flag.length)) + 4;
  const lines = OPTION_FACTS.map(({ flag, meaning }) => `  ${`--${flag}`.padEnd(width)}${meaning}`);
  return [
    'A XenAPI server without a hypervisor.',
    '',
    '  xcp-sim --password secret [options]     serves a pool until it is stopped',
    '  xcp-sim --coverage                      how every message of the API is served',
    '  xcp-sim measure-fleet [--fleet 64x10000x40000]   measures a large pool and prints the figures',
    '',
    'Every option is also a variable: --sr-type is XCP_SIM_SR_TYPE.',
    '',
    ...lines,
    '',
  ].join('\n');
}
