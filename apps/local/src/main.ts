/** `npm start` and `npm run demo`: everything on one machine. */
import { loadLocalConfig } from '@openvsys/config';
import { runDemo } from './demo/run-demo.js';
import { listenForInterruption } from './interruption.js';
import { runStart } from './run-start.js';
import { workspaceRoot } from './stack/programs.js';

const COMMANDS = { start: runStart, demo: runDemo } as const;

function isCommand(name: string): name is keyof typeof COMMANDS {
  return name in COMMANDS;
}

/** Answers the exit code. */
async function main(name: string): Promise<number> {
  if (!isCommand(name)) {
    console.error(`Unknown command '${name}': ${Object.keys(COMMANDS).join(' or ')}`);
    return 2;
  }
  const { signal } = listenForInterruption();
  try {
    return await COMMANDS[name](loadLocalConfig(workspaceRoot), signal);
  } catch (error) {
    // Whoever asked us to stop knows why it ended.
    if (signal.aborted) return 130;
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

process.exit(await main(process.argv[2] ?? 'start'));
