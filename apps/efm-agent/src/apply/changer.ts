/**
 * Decides what the appliance runs: the new document when it proves itself, else the one before.
 *
 *   change ─► prepare ──refused──────────────────────────────────► kept away from, reported
 *               └─► load ──failed──► back to the one before ──────► kept away from, reported
 *                     └─► API reached over a new connection? ─yes─► the new good one
 *                              └─no─► back; API reached now? ─yes─► kept away from: it cut the line
 *                                                             no──► the line was down anyway: comes again later
 */
import type { AgentDocument } from '../document.js';
import { readNetwork, type NetworkState } from '../network/network.js';
import type { LogBook } from '../report/log-book.js';
import type { Outcome } from '../report/report.js';
import type { DocumentStore } from '../store/document-store.js';
import { removeOldVersions, type Folders, type StagedVersion } from '../store/staged-version.js';
import { ApplyError, messageOf, type Applier } from './applier.js';

/** The API takes so many characters. */
const REASON_LIMIT = 4_000;

export interface ChangerParts {
  readonly applier: Applier;
  readonly store: DocumentStore;
  readonly folders: Folders;
  readonly logs: LogBook;
  /** True as soon as the API took a report over a new connection; tries for the default time when none is given. */
  readonly reachApi: (seconds: number | undefined, signal: AbortSignal) => Promise<boolean>;
}

interface Running {
  readonly wanted: AgentDocument;
  readonly version: StagedVersion;
}

export class Changer {
  /** What runs; undefined: nothing yet. */
  current: Running | undefined;
  outcome: Outcome | null = null;
  /** Hash of the newest document that needs no second look. */
  seenHash: string | undefined;
  /** What is wrong with the appliance itself, e.g. a full disk; empty when nothing. */
  trouble = '';
  private bootNetwork: NetworkState | undefined;

  constructor(private readonly parts: ChangerParts) {}

  /** The last good configuration again; when it does not work any more, nothing runs until another one comes. Never throws. */
  async boot(): Promise<void> {
    const { store } = this.parts;
    try {
      this.bootNetwork = await readNetwork();
    } catch (error) {
      this.note(error);
    }
    const refusal = await store.findRefusal();
    for (const good of await store.listGood()) {
      try {
        await this.run(good);
        this.seenHash = refusal?.hash ?? good.document.hash;
        this.outcome = outcomeOf(good, 'applied', '');
        return;
      } catch (error) {
        this.outcome = outcomeOf(good, 'refused', messageOf(error));
        this.note(error);
      }
    }
  }

  /** Never throws; `outcome` says what became of it. */
  async change(wanted: AgentDocument, signal: AbortSignal): Promise<void> {
    const { hash } = wanted.document;
    const before = this.current;
    if (before?.version.hash === hash) {
      this.seenHash = hash;
      this.outcome = outcomeOf(wanted, 'applied', '');
      this.current = { ...before, wanted };
      return;
    }
    try {
      await this.run(wanted);
      this.outcome = outcomeOf(wanted, 'applied', '');
    } catch (error) {
      if (error instanceof ApplyError && error.state === 'refused')
        return this.turnDown(wanted, 'refused', error);
      await this.goBack(before);
      return this.turnDown(wanted, 'rolled-back', error);
    }
    if (await this.parts.reachApi(undefined, signal)) return this.keep(wanted);
    if (signal.aborted) return;
    const cut = new Error('The API could not be reached any more.');
    this.outcome = outcomeOf(wanted, 'rolled-back', cut.message);
    await this.goBack(before);
    if (await this.parts.reachApi(undefined, signal)) return this.turnDown(wanted, 'rolled-back', cut);
  }

  /** Brings back what died or was removed by hand. */
  async mend(): Promise<void> {
    if (this.current === undefined) return;
    const mended = await this.parts.applier.repair(this.current.version);
    if (mended.length > 0)
      this.parts.logs.write('agent', `Did not run any more and was started again: ${mended.join(', ')}`);
  }

  /** A document came that this agent cannot read; what runs stays. */
  noteUnreadable(reason: string): void {
    if (this.outcome?.reason === reason) return;
    this.outcome = { version: 0, hash: '', state: 'refused', reason };
    this.parts.logs.write('agent', reason);
  }

  private async run(wanted: AgentDocument): Promise<void> {
    const version = await this.parts.applier.prepare(wanted);
    await this.parts.applier.load(version);
    this.current = { wanted, version };
  }

  private async goBack(before: Running | undefined): Promise<void> {
    try {
      if (before === undefined) {
        this.current = undefined;
        await this.parts.applier.unload(
          this.bootNetwork ?? { interfaces: [], routes: [], forwarding: false },
        );
      } else {
        await this.run(before.wanted);
      }
    } catch (error) {
      // Every look tries to mend it.
      this.current = before;
      this.note(error);
    }
  }

  private async keep(wanted: AgentDocument): Promise<void> {
    const before = this.seenHash;
    this.seenHash = wanted.document.hash;
    try {
      await this.parts.store.keepGood(wanted);
      await removeOldVersions(this.parts.folders, [wanted.document.hash, before ?? '']);
      this.trouble = '';
    } catch (error) {
      this.trouble = `The configuration runs, but would not survive a restart: ${messageOf(error)}`;
      this.note(error);
    }
  }

  private async turnDown(
    wanted: AgentDocument,
    state: 'refused' | 'rolled-back',
    error: unknown,
  ): Promise<void> {
    const { hash } = wanted.document;
    const reason = messageOf(error);
    this.outcome = outcomeOf(wanted, state, reason);
    this.seenHash = hash;
    this.note(error);
    await this.parts.store.keepRefusal({ hash, reason }).catch((failure: unknown) => this.note(failure));
  }

  private note(error: unknown): void {
    this.parts.logs.write('agent', messageOf(error));
  }
}

function outcomeOf({ version, document }: AgentDocument, state: Outcome['state'], reason: string): Outcome {
  return { version, hash: document.hash, state, reason: reason.slice(0, REASON_LIMIT) };
}
