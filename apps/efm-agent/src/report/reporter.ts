/** When a report is sent and what is in it: at once when something changed that matters, else from time to time. */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../api/api-client.js';
import type { Changer } from '../apply/changer.js';
import { listLinks, type Link } from '../network/ip-json.js';
import type { KernelWatch } from '../network/kernel-watch.js';
import { probeOnce, type ProbeResult } from '../probes/probe.js';
import { glance } from '../programs/program.js';
import type { Programs } from '../programs/registry.js';
import type { Folders } from '../store/staged-version.js';
import { AGENT_VERSION } from '../version.js';
import type { LogBook } from './log-book.js';
import { measure, readCounters, type Figures } from './measure.js';
import type { Counter, Report } from './report.js';

export interface ReporterParts {
  readonly client: ApiClient;
  readonly changer: Changer;
  readonly logs: LogBook;
  readonly programs: Programs;
  readonly folders: Folders;
  readonly watch: KernelWatch;
}

/** A clock that is wrong by more than this is worth a word, ms. */
const CLOCK_TOLERANCE_MS = 60_000;
/** Part of the connection table above which new connections will soon be refused. */
const CONNTRACK_ALARM = 0.9;
/** Counters in one report; those that did not fit come with the next. */
const COUNTERS_LIMIT = 5_000;
const NOTHING: Figures = { members: [], tunnels: [], conntrack: null, role: 'alone' };

export class Reporter {
  private sequence = 0;
  private countedAt = Number.NEGATIVE_INFINITY;
  private sentSignature = '';
  private readonly sentCounters = new Map<string, Counter>();

  private readonly listLinks: () => Promise<readonly Link[]>;

  constructor(private readonly parts: ReporterParts) {
    this.listLinks = parts.watch.remember(listLinks);
  }

  /** Throws when the API does not take it; everything is in the next one again. */
  async reportIfDue(everyMs: number, signal: AbortSignal): Promise<void> {
    const content = await this.look();
    const isDue = performance.now() - this.countedAt >= everyMs;
    if (!isDue && signatureOf(content) === this.sentSignature) return;
    const counters = isDue ? await this.readCounters() : {};
    await this.sendContent(content, counters, signal);
    if (isDue) this.countedAt = performance.now();
  }

  /** What became of a change must not wait for counters. */
  async send(signal: AbortSignal): Promise<void> {
    await this.sendContent(await this.look(), {}, signal);
  }

  private async sendContent(
    content: Content,
    counters: Report['counters'],
    signal: AbortSignal,
  ): Promise<void> {
    const { client, logs } = this.parts;
    const { logs: lines, logsDropped, take } = logs.peek();
    this.sequence += 1;
    const report: Report = {
      bootId: RUN_ID,
      sequence: this.sequence,
      agentVersion: AGENT_VERSION,
      ...content,
      counters,
      logs: lines,
      logsDropped,
      clockBehindMs: Math.round(client.clockBehindMs),
    };
    await client.sendReport(report, signal);
    take();
    for (const [name, counter] of Object.entries(counters)) this.sentCounters.set(name, counter);
    this.sentSignature = signatureOf(content);
  }

  private async readCounters(): Promise<Report['counters']> {
    const document = this.parts.changer.current?.version.document;
    return document === undefined ? {} : this.changedCounters(await readCounters(document));
  }

  private changedCounters(present: Report['counters']): Report['counters'] {
    const changed = Object.entries(present).filter(
      ([name, counter]) => this.sentCounters.get(name)?.packets !== counter.packets,
    );
    return Object.fromEntries(changed.slice(0, COUNTERS_LIMIT));
  }

  private async look(): Promise<Content> {
    const { changer, programs, folders } = this.parts;
    const { current, outcome } = changer;
    const document = current?.version.document;
    const figures = document === undefined ? NOTHING : await measure(document, folders.run, this.listLinks);
    const probes =
      document === undefined
        ? []
        : await probeOnce(document.probes, {
            isRunning: async (name) => glance(programs[name]),
            listLinks: this.listLinks,
            interfaces: document.interfaces,
          });
    const applied =
      current === undefined ? null : { version: current.wanted.version, hash: current.version.hash };
    return { applied, outcome, ...figures, health: [...probes, ...this.ownHealth(figures)] };
  }

  private ownHealth({ conntrack }: Figures): ProbeResult[] {
    const behind = Math.abs(this.parts.client.clockBehindMs);
    const { trouble } = this.parts.changer;
    const isFull = conntrack !== null && conntrack.used > conntrack.max * CONNTRACK_ALARM;
    return [
      { name: 'storage', ok: trouble === '', message: trouble },
      {
        name: 'clock',
        ok: behind < CLOCK_TOLERANCE_MS,
        message: behind < CLOCK_TOLERANCE_MS ? '' : `The clock is wrong by ${Math.round(behind / 1000)} s.`,
      },
      {
        name: 'connections',
        ok: !isFull,
        message: isFull ? `${conntrack.used} of ${conntrack.max} connections are in use.` : '',
      },
    ];
  }
}

type Content = Figures & Pick<Report, 'applied' | 'outcome' | 'health'>;

/** What is worth a report at once. */
function signatureOf({ applied, outcome, health, role, members }: Content): string {
  return JSON.stringify([
    applied,
    outcome,
    role,
    health.map(({ name, ok }) => [name, ok]),
    members.map(({ proxy, member, status }) => [proxy, member, status]),
  ]);
}

/** Of this start of the agent: the sequence of reports begins again with each. */
const RUN_ID = randomUUID();
