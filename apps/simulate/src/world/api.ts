/** The API with all its routes, guards and use cases, answered in this process: no sockets, otherwise as it ships. */
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, setUpApp, type Infrastructure } from '@openvsys/api';
import { createLogger, createMetrics } from '@openvsys/observability';
import { createTextSealer, PoolStore, type Database, type SecretBox } from '@openvsys/persistence';
import { v7 as uuidv7 } from 'uuid';
import inject, { type InjectOptions } from 'light-my-request';
import type { PoolId, VsysId } from '@openvsys/vsys';

import { EmptySpool, NOBODY_OUTSIDE } from './nowhere.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
  readonly path: string;
  readonly token: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Generation that the caller believes in. */
  readonly ifMatch?: string;
}

const PUBLIC_URL = 'https://simulated.example';
const BODY_LIMIT = 1_000_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export class Api {
  /** Told of each wake-up that the API sends. */
  onWake: (pool: PoolId, vsys: VsysId) => void = () => undefined;
  #answering = 0;

  private constructor(private readonly app: NestExpressApplication) {}

  static async start(database: Database, secrets: SecretBox): Promise<Api> {
    const wakes: { to?: Api } = {};
    const infrastructure = infrastructureOf(database, secrets, (pool, vsys) => wakes.to?.onWake(pool, vsys));
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.from(() => infrastructure),
      { bodyParser: false, logger: false, abortOnError: false },
    );
    setUpApp(app, infrastructure, { bodyLimitBytes: BODY_LIMIT });
    await app.init();
    wakes.to = new Api(app);
    return wakes.to;
  }

  get isBusy(): boolean {
    return this.#answering > 0;
  }

  async ask({ method, path, token, body, idempotencyKey, ifMatch }: ApiRequest): Promise<Answer> {
    this.#answering += 1;
    try {
      const options: InjectOptions = {
        method,
        url: path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { payload: body }),
      };
      const answer = await inject(this.app.getHttpAdapter().getInstance(), options);
      return {
        status: answer.statusCode,
        body: answer.payload === '' ? undefined : JSON.parse(answer.payload),
      };
    } finally {
      this.#answering -= 1;
    }
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

function infrastructureOf(
  database: Database,
  secrets: SecretBox,
  wake: (pool: PoolId, vsys: VsysId) => void,
): Infrastructure {
  return {
    database,
    pools: new PoolStore(database, secrets),
    sealer: createTextSealer(secrets),
    time: { now: () => new Date() },
    ids: { uuid: () => uuidv7(), systemName: nameOfSystem },
    enrolment: { find: () => undefined },
    publicUrl: PUBLIC_URL,
    spool: { folder: new EmptySpool(), limitBytes: 0, publicUrl: PUBLIC_URL },
    outbound: NOBODY_OUTSIDE,
    wakeUp: { wake },
    // Nobody waits for operations: long polls would wait in real time.
    news: { wait: async () => {} },
    metrics: createMetrics('api'),
    logger: createLogger({ name: 'api', level: 'silent' }),
    queueAnswers: async () => true,
  };
}

function nameOfSystem(): string {
  return Array.from({ length: 9 }, () => ALPHABET.charAt(Math.floor(Math.random() * ALPHABET.length))).join(
    '',
  );
}
