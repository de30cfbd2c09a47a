/**
 * Asks one host for its new figures and goes on where it stopped.
 *
 *   start ──/rrd_updates──► rows after the last one ──► start = end of the last row
 *     └── no JSON: XML from then on
 */
import type { FollowMetrics, HostUuid, MetricsBatch, VServerSample } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { handlersOf } from '../content/disk-transfer.js';
import { TransportError } from '../transport/transport.js';
import { toReadError } from '../xapi-error.map.js';
import { HostClock } from './host-clock.js';
import { diskAt, nicAt, type OurServer } from './our-servers.js';
import { parseRrdJson, parseRrdXml, type RrdRow, type RrdUpdates } from './rrd-updates.js';
import { columnsByVm, figuresOf, type VmColumns, type VmFigures } from './vm-figures.js';

/** 160 servers with 40 columns each over the 120 rows of an archive are about 15 MB. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** A host that does not answer is asked again at the next turn. */
const STALL_MS = 10_000;

export class HostFigures {
  private readonly clock: HostClock;
  private form: 'json' | 'xml' = 'json';
  /** End of the last step that was given, seconds by the host's clock. */
  private last: number | undefined;

  constructor(
    private readonly pool: PoolAccess,
    private readonly host: HostUuid,
    private readonly options: FollowMetrics,
  ) {
    this.clock = new HostClock(options.stepSeconds);
    const since = options.since?.get(host);
    this.last = since === undefined ? undefined : Math.floor(since.getTime() / 1000);
  }

  /** `lastOf`: end of the last step given of a server, by whatever host, ms by our clock; kept up to date here. */
  async next(
    address: string,
    servers: ReadonlyMap<string, OurServer>,
    lastOf: Map<string, number>,
  ): Promise<MetricsBatch> {
    try {
      const updates = await this.ask(address);
      const skewMs = this.clock.hear(updates.end, this.pool.clock.now().getTime());
      const fresh = updates.rows.filter(({ t }) => this.last === undefined || t > this.last);
      const samples = this.samplesOf(updates.legend, fresh, servers, lastOf);
      const until = fresh.at(-1)?.t;
      // A clock that was set back would leave us waiting for the time that it lost.
      const isSetBack = this.last !== undefined && updates.end < this.last - 2 * this.options.stepSeconds;
      this.last = isSetBack ? updates.end : (until ?? this.last ?? updates.end);
      return {
        host: this.host,
        skewMs,
        until: until === undefined ? null : new Date(until * 1000),
        samples,
      };
    } catch (error) {
      const { message } = toReadError(error);
      return { host: this.host, skewMs: null, until: null, samples: [], problem: message };
    }
  }

  private samplesOf(
    legend: readonly string[],
    rows: readonly RrdRow[],
    servers: ReadonlyMap<string, OurServer>,
    lastOf: Map<string, number>,
  ): readonly VServerSample[] {
    const columns = columnsByVm(legend, (uuid) => servers.has(uuid));
    return [...columns].flatMap(([uuid, ofVm]) => {
      const known = servers.get(uuid);
      return known === undefined ? [] : this.samplesOfServer(known, ofVm, rows, lastOf);
    });
  }

  private samplesOfServer(
    known: OurServer,
    columns: VmColumns,
    rows: readonly RrdRow[],
    lastOf: Map<string, number>,
  ): readonly VServerSample[] {
    const samples: VServerSample[] = [];
    for (const row of rows) {
      const at = this.clock.ours(row.t);
      const figures = figuresOf(columns, row);
      // After a migration both hosts know the last steps.
      if (figures === undefined || at.getTime() <= (lastOf.get(known.server) ?? -1)) continue;
      lastOf.set(known.server, at.getTime());
      samples.push(this.sample(known, at, figures));
    }
    return samples;
  }

  private sample({ server, vm }: OurServer, at: Date, figures: VmFigures): VServerSample {
    const { cache } = this.pool;
    return {
      ...figures,
      server,
      at,
      stepSeconds: this.options.stepSeconds,
      disks: figures.disks.map((disk) => ({ ...disk, disk: diskAt(cache, vm, disk.device) })),
      nics: figures.nics.map((nic) => ({ ...nic, nic: nicAt(cache, vm, nic.device) })),
    };
  }

  private async ask(address: string): Promise<RrdUpdates> {
    if (this.form === 'json') {
      const text = await this.get(address, { json: 'true' });
      if (text.trimStart().startsWith('{')) {
        try {
          return parseRrdJson(text);
        } catch (error) {
          if (!(error instanceof TransportError)) throw error;
        }
      }
      this.form = 'xml';
    }
    return parseRrdXml(await this.get(address, {}));
  }

  private async get(address: string, form: Readonly<Record<string, string>>): Promise<string> {
    const { stepSeconds, signal } = this.options;
    const ourStart = Math.floor(this.pool.clock.now().getTime() / 1000) - 2 * stepSeconds;
    const answer = await handlersOf(this.pool).get({
      path: '/rrd_updates',
      query: {
        start: String(this.last ?? ourStart),
        cf: 'AVERAGE',
        interval: String(stepSeconds),
        ...form,
      },
      address,
      signal,
      stallMs: STALL_MS,
    });
    if (answer.status !== 200) {
      answer.discard();
      throw new TransportError('protocol', `The host answered with HTTP ${answer.status}.`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new TransportError('protocol', 'The figures are too many.');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
