/**
 * A worker: pools it owns, periodic jobs, notifications, probes.
 *
 *   start ──► serving ──stop──► giving pools back ──► stopped
 */
import { startProbeServer, type ProbeServer } from '@openvsys/observability';
import { FED, openNotifications, type Notifications } from '@openvsys/persistence';
import { asDomainError } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { PoolProbes } from './care/pool-probes.js';
import { ConsoleRelay } from './consoles/console-relay.js';
import { PoolSupervisor } from './pools/pool-supervisor.js';
import { runSchedules, type RunningSchedules } from './schedules/schedule.js';
import { workerSchedules } from './schedules/schedules.js';
import { FeedFollower } from './webhooks/feed-follower.js';
import { WebhookSender } from './webhooks/webhook-sender.js';
import type { WorkerParts } from './worker-parts.js';

export type { WorkerParts } from './worker-parts.js';

export interface Worker {
  /** Resolves when the probes answer and pools are being looked for. */
  start(): Promise<void>;
  /** Port of /metrics and /health, once started. */
  readonly probePort: number | undefined;
  /** Idempotent; resolves when all pools are given back. */
  stop(): Promise<void>;
}

export function createWorker(parts: WorkerParts): Worker {
  return new RunningWorker(parts);
}

class RunningWorker implements Worker {
  readonly #supervisor: PoolSupervisor;
  readonly #poolProbes: PoolProbes;
  readonly #webhooks: WebhookSender;
  readonly #feed: FeedFollower;
  readonly #consoles: ConsoleRelay;
  #probes: ProbeServer | undefined;
  #notifications: Notifications | undefined;
  #schedules: RunningSchedules | undefined;
  #stopped: Promise<void> | undefined;

  constructor(private readonly parts: WorkerParts) {
    this.#supervisor = new PoolSupervisor(parts);
    this.#poolProbes = new PoolProbes(parts);
    this.#webhooks = webhookSenderOf(parts);
    this.#feed = new FeedFollower({
      look: async () => await this.#webhooks.look(),
      clock: parts.clock,
      onError: (error) => parts.log.warn({ err: error }, 'events were not taken into the feed'),
    });
    this.#consoles = new ConsoleRelay(parts, () => this.#supervisor.consoles);
  }

  get probePort(): number | undefined {
    return this.#probes?.port;
  }

  async start(): Promise<void> {
    const { config, metrics, log, clock } = this.parts;
    this.#probes = await (this.parts.startProbes ?? startProbeServer)({
      host: config.metricsHost,
      port: config.metricsPort,
      registry: metrics.registry,
      listFaults: async () => await this.#listFaults(),
    });
    await this.#consoles.start();
    await this.#supervisor.refresh();
    this.#notifications = await this.#listen();
    this.#schedules = runSchedules(
      workerSchedules(
        this.parts,
        {
          refreshPools: async () => await this.#supervisor.refresh(),
          lookForProbes: () => this.#poolProbes.look(),
        },
        this.#webhooks,
      ),
      clock,
      log,
    );
    log.info({ workerId: config.workerId, probePort: this.probePort }, 'worker started');
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.#giveEverythingBack();
    await this.#stopped;
  }

  async #giveEverythingBack(): Promise<void> {
    this.parts.log.info({ pools: this.#supervisor.served }, 'worker stops');
    await this.#schedules?.stop();
    await this.#consoles.stop();
    await this.#feed.stop();
    await this.#webhooks.stop();
    await this.parts.outbound.close();
    await this.#notifications?.close();
    await this.#poolProbes.stop();
    await this.#supervisor.stop();
    await this.#probes?.close();
    this.parts.log.info({}, 'worker stopped');
  }

  async #listen(): Promise<Notifications> {
    return await (this.parts.listen ?? openNotifications)({
      url: this.parts.config.databaseUrl,
      channels: ['openvsys_vsys', 'openvsys_pool', 'openvsys_pool_operation', 'openvsys_event'],
      onNotification: ({ channel, payload }) => {
        if (channel === 'openvsys_vsys') this.#supervisor.vsysChanged(payload);
        else if (channel === 'openvsys_pool') this.#supervisor.poolChanged(payload);
        else if (channel === 'openvsys_event') this.#eventsAre(payload);
        else this.#lookForOperations();
      },
      onConnected: () => {
        this.#feed.tell();
        this.#poolProbes.look();
        this.#supervisor.lookEverywhere();
      },
      onError: (error) =>
        this.parts.log.warn({ error: asDomainError(error).message, err: error }, 'notifications interrupted'),
    });
  }

  /** Whoever took events into the feed sends what follows from them, too. */
  #eventsAre(payload: string): void {
    if (payload !== FED) this.#feed.tell();
  }

  #lookForOperations(): void {
    this.#poolProbes.look();
    this.#supervisor.operationAsked();
  }

  /** A worker without a pool stands by and is ready too; without its database none can do anything. */
  async #listFaults(): Promise<readonly string[]> {
    try {
      await this.parts.database.ping();
      return [];
    } catch (error) {
      return [`the database does not answer: ${asDomainError(error).message}`];
    }
  }
}

function webhookSenderOf({ database, outbound, sealer, clock, log }: WorkerParts): WebhookSender {
  return new WebhookSender({
    database,
    outbound,
    sealer,
    clock,
    newId: uuidv7,
    chance: Math.random,
    warn: (fields, message) => log.warn(fields, message),
  });
}
