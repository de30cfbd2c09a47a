/**
 * The life of an agent.
 *
 *   boot ─► last good configuration, without asking anybody ─► poll ──new document──► change ─► poll …
 *                                                               └── look, every few seconds: mend, probe, report
 *
 * The API may be away for days: the appliance serves on with what it has. A poll and a look never act at the same time.
 */
import { ApiClient } from './api/api-client.js';
import { TokenKeeper } from './api/token-keeper.js';
import { Backoff } from './api/backoff.js';
import { Applier, messageOf } from './apply/applier.js';
import { Changer } from './apply/changer.js';
import { Captures } from './captures/captures.js';
import { DocumentError } from './document.js';
import { KernelWatch } from './network/kernel-watch.js';
import { pause } from './pause.js';
import { ServiceProbes } from './probes/service-probes.js';
import { createPrograms } from './programs/registry.js';
import { DaemonLogs } from './report/daemon-logs.js';
import { KernelLog } from './report/kernel-log.js';
import { LogBook } from './report/log-book.js';
import { Reporter } from './report/reporter.js';
import type { Settings } from './settings.js';
import { DocumentStore } from './store/document-store.js';
import { Turns } from './turns.js';

/** A poll that comes back without news sooner than this did not wait, ms. */
const HASTE_MS = 500;

export class EfmAgent {
  private readonly client: ApiClient;
  private readonly logs = new LogBook();
  private readonly turns = new Turns();
  private readonly watch = new KernelWatch();
  private readonly changer: Changer;
  private readonly reporter: Reporter;
  private readonly captures: Captures;
  private readonly probes: ServiceProbes;
  private readonly tokens: TokenKeeper;
  private readonly daemonLogs: DaemonLogs;

  constructor(private readonly settings: Settings) {
    const folders = { state: settings.stateFolder, run: settings.runFolder };
    const programs = createPrograms({ folders, watch: this.watch });
    this.tokens = new TokenKeeper(settings);
    this.daemonLogs = new DaemonLogs(folders.run, this.logs);
    this.client = new ApiClient(settings, this.tokens);
    this.changer = new Changer({
      applier: new Applier(folders, programs, this.watch),
      store: new DocumentStore(settings.stateFolder),
      folders,
      logs: this.logs,
      reachApi: async (seconds, signal) => this.reachApi(seconds, signal),
    });
    const { client, changer, logs } = this;
    this.captures = new Captures(client, logs);
    this.probes = new ServiceProbes(client, logs, () => changer.current?.wanted.document.interfaces ?? []);
    this.reporter = new Reporter({ client, changer, logs, programs, folders, watch: this.watch });
  }

  /** Resolves when the signal aborts; what runs then goes on without the agent. */
  async run(signal: AbortSignal): Promise<void> {
    await this.tokens.load();
    await this.daemonLogs.passOver();
    await this.turns.take(async () => this.changer.boot());
    const kernel = new KernelLog(this.settings.kernelLog, this.logs);
    await Promise.all([
      this.poll(signal),
      this.look(signal),
      kernel.follow(signal),
      this.watch.follow(signal),
    ]);
    this.client.close();
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        const asked = performance.now();
        const wanted = await this.client.fetchDocument(
          this.changer.seenHash,
          this.settings.pollSeconds,
          signal,
        );
        const { hasCaptures, hasProbes } = this.client;
        const isAsked = hasCaptures || hasProbes;
        if (wanted !== undefined) await this.turns.take(async () => this.changer.change(wanted, signal));
        if (hasCaptures) await this.captures.take(signal);
        if (hasProbes) await this.probes.take(signal);
        // A document that could not be kept for a reason that passes comes again at once, and an API that does not wait
        // answers at once: neither is a reason to ask without end.
        const isIdle = wanted === undefined || wanted.document.hash !== this.changer.seenHash;
        if (isIdle && !isAsked && performance.now() - asked < HASTE_MS) await pause(backoff.next(), signal);
        else backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        // A document of an unknown layout comes again and again: it is no reason to ask more often.
        if (error instanceof DocumentError) this.changer.noteUnreadable(error.message);
        else this.logs.write('agent', messageOf(error));
        await pause(backoff.next(), signal);
      }
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { lookSeconds, reportSeconds } = this.settings;
    while (!signal.aborted) {
      try {
        await this.turns.take(async () => this.changer.mend());
        await this.daemonLogs.take();
        await this.reporter.reportIfDue(reportSeconds * 1000, signal);
        if (this.client.isTokenDue) await this.client.renewToken(signal);
      } catch (error) {
        this.logs.write('agent', messageOf(error));
      }
      await pause(lookSeconds * 1000, signal);
    }
  }

  /** Is the API there over a new connection? Tries for so many seconds. */
  private async reachApi(seconds: number | undefined, signal: AbortSignal): Promise<boolean> {
    const end = performance.now() + (seconds ?? this.settings.confirmSeconds) * 1000;
    for (;;) {
      this.client.reconnect();
      try {
        const left = Math.ceil(Math.max(1_000, end - performance.now()));
        await this.reporter.send(AbortSignal.any([signal, AbortSignal.timeout(left)]));
        return true;
      } catch {
        if (signal.aborted || performance.now() >= end) return false;
        await pause(500, signal);
      }
    }
  }
}
