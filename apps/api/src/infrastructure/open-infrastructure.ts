/** Connects to PostgreSQL and Redis. */
import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { ApiConfig } from '@openvsys/config';
import { createLogger, createMetrics, type Logger } from '@openvsys/observability';
import { createOutboundClient } from '@openvsys/outbound';
import {
  createTextSealer,
  Database,
  openNotifications,
  PoolStore,
  KeyRing,
  SecretBox,
  generateToken,
  type Notifications,
} from '@openvsys/persistence';
import { BullWakeQueue } from '@openvsys/queue';
import { SpoolFolder } from '@openvsys/spool';
import type { PoolId, VsysId } from '@openvsys/vsys';
import { Redis } from 'ioredis';
import { fgcpSettingsOf } from '../faces/fgcp/identity/fgcp-settings.js';
import { createRequestLimiter } from '../http/request-limiter.js';
import { BusinessTime, type Enrolment } from '../use-cases/clock.js';
import { OperationNewsBoard } from '../use-cases/operations/operation-news.js';
import { WakeUp } from '../use-cases/wake-up.js';
import type { Infrastructure } from './infrastructure.js';
import { RandomIds } from './random-ids.js';

export interface OpenInfrastructure extends Infrastructure {
  readonly queue: BullWakeQueue;
  close(): Promise<void>;
}

/** Connections to PostgreSQL at most; a request holds one only while a statement runs. */
const POOL_SIZE = 20;
/** A probe that waits longer than this counts as no answer, ms. */
const REDIS_TIMEOUT_MS = 500;

@Injectable()
class QueueWakeUp extends WakeUp {
  constructor(private readonly queue: BullWakeQueue) {
    super();
  }

  override wake(pool: PoolId, vsys: VsysId): void {
    // Never rejects: it logs what goes wrong.
    void this.queue.wake(pool, vsys);
  }
}

class ConfiguredTime extends BusinessTime {
  constructor(private readonly config: Pick<ApiConfig, 'meteredTime'>) {
    super();
  }

  override now(): Date {
    return this.config.meteredTime.now();
  }
}

/** Rejects when the authority's file cannot be read. */
async function readEnrolment({ efmAgents }: Pick<ApiConfig, 'efmAgents'>): Promise<Enrolment> {
  if (efmAgents === undefined) return { find: () => undefined };
  const ca = await readFile(efmAgents.caFile, 'utf8');
  return { find: () => ({ apiUrl: efmAgents.url, ca, newToken: generateToken }) };
}

/** Rejects when PostgreSQL does not answer. */
async function listen(
  { databaseUrl }: Pick<ApiConfig, 'databaseUrl'>,
  board: OperationNewsBoard,
  logger: Logger,
): Promise<Notifications> {
  return openNotifications({
    url: databaseUrl,
    channels: ['openvsys_operation', 'openvsys_pool_operation', 'openvsys_efm', 'openvsys_event'],
    onNotification: ({ payload }) => board.tell(payload),
    onConnected: () => board.tellAll(),
    onError: (error) => logger.warn({ err: error }, 'notifications are interrupted'),
  });
}

/** Rejects when PostgreSQL does not answer; Redis may be away. */
export async function openInfrastructure(config: ApiConfig): Promise<OpenInfrastructure> {
  const logger = createLogger({ name: 'api', level: config.logLevel });
  const database = await Database.connect({
    url: config.databaseUrl,
    poolSize: POOL_SIZE,
    applicationName: 'openvsys-api',
    onPoolError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const queue = new BullWakeQueue(config.redisUrl, logger);
  const board = new OperationNewsBoard();
  const notifications = await listen(config, board, logger);
  const keys = await KeyRing.open(database, config);
  const secrets = new SecretBox(keys);
  const redis = probeOf(config.redisUrl);
  const limits = limitsOf(config);
  const outbound = createOutboundClient({ namedRanges: config.outboundRanges, userAgent: 'OpenVSYS' });
  return {
    database,
    pools: new PoolStore(database, secrets),
    sealer: createTextSealer(secrets),
    time: new ConfiguredTime(config),
    publicUrl: config.publicUrl,
    ids: new RandomIds(),
    enrolment: await readEnrolment(config),
    spool: spoolOf(config),
    wakeUp: new QueueWakeUp(queue),
    news: board,
    outbound,
    metrics: createMetrics('api'),
    logger,
    fgcp: fgcpSettingsOf(config.fgcp),
    queueAnswers: redis.answers,
    ...limits.limiter,
    ...(config.oidc === undefined ? {} : { oidc: config.oidc }),
    queue,
    close: closing([notifications, outbound, queue, redis, limits, keys, database]),
  };
}

const spoolOf = (
  config: Pick<ApiConfig, 'spoolFolder' | 'spoolLimitBytes' | 'publicUrl'>,
): OpenInfrastructure['spool'] => ({
  folder: new SpoolFolder(config.spoolFolder),
  limitBytes: config.spoolLimitBytes,
  publicUrl: config.publicUrl,
});

/** One after the other: what stands on something is closed before it. */
const closing =
  (parts: readonly { close(): unknown }[]): (() => Promise<void>) =>
  async () => {
    for (const part of parts) await part.close();
  };

function limitsOf({ requestsPerMinute, redisUrl }: Pick<ApiConfig, 'requestsPerMinute' | 'redisUrl'>) {
  if (requestsPerMinute === 0) return { limiter: {}, close: () => undefined };
  // A request never waits for a Redis that is away: then it is counted in memory.
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: REDIS_TIMEOUT_MS,
    commandTimeout: REDIS_TIMEOUT_MS,
  });
  redis.on('error', () => undefined);
  return {
    limiter: { requestLimiter: createRequestLimiter(requestsPerMinute, redis) },
    close: () => redis.disconnect(),
  };
}

function probeOf(url: string): { readonly answers: () => Promise<boolean>; readonly close: () => void } {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: REDIS_TIMEOUT_MS,
    commandTimeout: REDIS_TIMEOUT_MS,
    retryStrategy: () => null,
  });
  // Absence is what the probe is for: it is answered, not logged.
  redis.on('error', () => undefined);
  return {
    answers: async () => {
      try {
        if (redis.status !== 'ready') await redis.connect();
        return (await redis.ping()) === 'PONG';
      } catch {
        return false;
      }
    },
    close: () => redis.disconnect(),
  };
}
