/** The API as a process: configuration in, an orderly end on SIGTERM and SIGINT. */
import 'reflect-metadata';
import { ConfigError, loadApiConfig, type ApiConfig } from '@openvsys/config';
import { startApi } from './start-api.js';

/** sysexits.h EX_CONFIG: whoever starts the process should not try again unchanged. */
const EXIT_CONFIG = 78;

function readConfig(): ApiConfig {
  try {
    return loadApiConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

async function main(config: ApiConfig): Promise<void> {
  const api = await startApi(config);
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) process.exit(1);
    ending = true;
    await api.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
}

main(readConfig()).catch((error: unknown) => {
  process.stderr.write(
    `the API could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
