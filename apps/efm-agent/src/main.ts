/** The agent as a process: `node efm-agent.mjs [--config FILE]`. */
import { parseArgs } from 'node:util';
import { EfmAgent } from './agent.js';
import { readSettings } from './settings.js';

const DEFAULT_CONFIG = '/etc/openvsys-efm/agent.json';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string', default: DEFAULT_CONFIG } } });
  const settings = await readSettings(values.config);
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  await new EfmAgent(settings).run(ending.signal);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
