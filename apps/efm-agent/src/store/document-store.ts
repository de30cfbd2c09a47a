/**
 * What the appliance should and does run, kept across reboots.
 *
 *   fetched ──applied, probed, API reached──► good.json (the one before becomes previous.json)
 *      └──refused or rolled back──► refused.json (hash and reason: not tried again)
 */
import { link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findText, flushFolder, writeAtomically } from './atomic-file.js';
import { parseDocument, type AgentDocument } from '../document.js';

export interface Refusal {
  readonly hash: string;
  readonly reason: string;
}

export class DocumentStore {
  constructor(private readonly folder: string) {}

  /** Documents that were applied and probed, the newest first; damaged ones are left out. */
  async listGood(): Promise<AgentDocument[]> {
    const found = [await this.find('good.json'), await this.find('previous.json')];
    return found.filter((document) => document !== undefined);
  }

  async keepGood(document: AgentDocument): Promise<void> {
    const present = await findText(this.path('good.json'));
    const text = JSON.stringify(document);
    if (present === text) return;
    if (present !== undefined) await this.keepPrevious();
    await writeAtomically(this.path('good.json'), text);
  }

  async findRefusal(): Promise<Refusal | undefined> {
    const text = await findText(this.path('refused.json')).catch(() => undefined);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Refusal);
    } catch {
      return undefined;
    }
  }

  async keepRefusal(refusal: Refusal): Promise<void> {
    await writeAtomically(this.path('refused.json'), JSON.stringify(refusal));
  }

  /** A second name for what is on the disk already: a megabyte need not be written and flushed again. */
  private async keepPrevious(): Promise<void> {
    const beside = this.path('previous.json.new');
    await rm(beside, { force: true });
    await link(this.path('good.json'), beside);
    await rename(beside, this.path('previous.json'));
    await flushFolder(this.folder);
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  /** A file that was damaged is as good as none: its hash does not fit. */
  private async find(name: string): Promise<AgentDocument | undefined> {
    try {
      const text = await findText(this.path(name));
      return text === undefined ? undefined : parseDocument(text);
    } catch {
      return undefined;
    }
  }
}
