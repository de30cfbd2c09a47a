/** Brings the API up and down. */
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ApiConfig } from '@openvsys/config';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import { listenForFgcp } from './faces/fgcp/fgcp.listener.js';
import { createQueueBoard } from './http/queue-board.js';
import { TokenAuthenticator } from './http/token-authenticator.js';
import { openInfrastructure } from './infrastructure/open-infrastructure.js';
import { relayConsoles } from './http/console-relay.js';
import { nestLogger } from './nest-logger.js';
import { OpenConsole } from './use-cases/consoles/open-console.js';

export interface RunningApi {
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Requests that are being answered get this long at the end, ms; streams never end by themselves. */
const CLOSE_GRACE_MS = 2_000;

/** Rejects when PostgreSQL does not answer or the port is taken. */
export async function startApi(config: ApiConfig): Promise<RunningApi> {
  const infrastructure = await openInfrastructure(config);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.from(() => infrastructure),
    {
      bodyParser: false,
      logger: nestLogger(infrastructure.logger),
      abortOnError: false,
    },
  );
  const { database, queue, logger } = infrastructure;
  const queueBoard = createQueueBoard({ database, queue, authenticator: app.get(TokenAuthenticator) });
  setUpApp(app, infrastructure, { bodyLimitBytes: config.bodyLimitBytes, queueBoard });
  const consoles = relayConsoles(app.getHttpServer(), {
    redeem: async (ticket) => app.get(OpenConsole).redeem(ticket),
    log: logger,
  });
  await app.listen(config.port, config.host);
  const fgcp = await listenForFgcp(
    config.fgcp,
    (request, response) => void app.getHttpAdapter().getInstance()(request, response),
  );
  const url = await app.getUrl();
  logger.info({ url, publicUrl: config.publicUrl }, 'listening');
  return {
    url,
    close: async () => {
      const server: Server = app.getHttpServer();
      consoles.close();
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
      await fgcp.close();
      await app.close();
      clearTimeout(grace);
      await infrastructure.close();
    },
  };
}
