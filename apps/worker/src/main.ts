/** The worker as a process: configuration in, an orderly end on SIGTERM and SIGINT. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigError, loadWorkerConfig, type WorkerConfig } from '@openvsys/config';
import { createLogger } from '@openvsys/observability';
import { nestLog } from './nest-log.js';
import { WORKER, WorkerModule } from './worker.module.js';
import type { Worker } from './worker.js';

async function main(config: WorkerConfig): Promise<void> {
  const log = createLogger({ name: 'worker', level: config.logLevel, fields: { workerId: config.workerId } });
  const app = await NestFactory.createApplicationContext(WorkerModule.from(config, log), {
    logger: nestLog(log),
    abortOnError: false,
  });
  const worker = app.get<Worker>(WORKER);
  let ending = false;
  const end = async (): Promise<void> => {
    // A second signal means now: what is under way is settled by the next owner.
    if (ending) process.exit(1);
    ending = true;
    await worker.stop();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
  await worker.start();
}

function readConfig(): WorkerConfig {
  try {
    return loadWorkerConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78);
  }
}

main(readConfig()).catch((error: unknown) => {
  process.stderr.write(
    `the worker could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
