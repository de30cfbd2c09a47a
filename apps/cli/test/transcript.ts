/**
 * Transcripts in documents: ```console blocks with `$ vsysctl …` lines, each followed by what it writes, and by its exit code
 * when that is not 0. Whatever differs from run to run is replaced by something of the same form and length, so that
 * tables stay tables: the first id of a run is always the same one.
 */
import type { Run } from './captured-io.js';

export interface TranscriptPlaces {
  /** Of the running server; the document says http://127.0.0.1:3000. */
  readonly url: string;
  /** The token that `ovs_…` means until a command creates another one. */
  readonly token: string;
}

type Vsysctl = (args: readonly string[]) => Promise<Run>;

const BLOCK = /```console\n([\s\S]*?)```/g;
const PROMPT = '$ ';
const TOKEN = /ovs_[\w-]{43}/;
/** How ids in documents begin. */
const MADE_UP = '019b0000-0000-7000-8000-';
const DOCUMENTED_URL = 'http://127.0.0.1:3000';

/** The document with everything that its commands write now. */
export async function rewriteTranscript(
  document: string,
  vsysctl: Vsysctl,
  places: TranscriptPlaces,
): Promise<string> {
  const masks = new Masks(places.url);
  let { token } = places;
  let text = '';
  let end = 0;
  for (const block of document.matchAll(BLOCK)) {
    const written: string[] = [];
    for (const command of commandsOf(block[1] ?? '')) {
      const given = command.replace('ovs_…', token).replace(DOCUMENTED_URL, places.url);
      const run = await vsysctl(wordsOf(masks.unmasked(given)).slice(1));
      token = TOKEN.exec(run.out)?.[0] ?? token;
      written.push(`${PROMPT}${command}\n${masks.masked(outputOf(run))}`);
    }
    text += `${document.slice(end, block.index)}\`\`\`console\n${written.join('')}\`\`\``;
    end = block.index + block[0].length;
  }
  return text + document.slice(end);
}

function commandsOf(block: string): string[] {
  return block
    .split('\n')
    .filter((line) => line.startsWith(PROMPT))
    .map((line) => line.slice(PROMPT.length));
}

/** As a shell splits them, as far as the documents need it: double quotes, no escapes. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function outputOf({ code, out, err }: Run): string {
  const text = `${out}${err}`
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
  return code === 0 ? text : `${text}[exit code ${code}]\n`;
}

class Masks {
  private readonly known = new Map<string, string>();

  constructor(private readonly url: string) {}

  masked(text: string): string {
    return (
      text
        .replaceAll(this.url, DOCUMENTED_URL)
        .replaceAll(new RegExp(TOKEN, 'g'), 'ovs_…')
        // Grows with the product, and says nothing here.
        .replaceAll(/^(permissions +\S+, \S+, ).*$/gm, '$1…')
        .replaceAll(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g, (id) => this.idFor(id))
        .replaceAll(/\b[\da-f]{64}\b/g, (hash) => this.hashFor(hash))
        .replaceAll(/\b([A-Z\d]{8})-[A-Z\d]{9}\b/g, (id, contract: string) => this.vsysFor(id, contract))
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-11-23T15:00:00Z')
        .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, '1.0 s')
    );
  }

  /** Ids of the document as those of this run. */
  unmasked(text: string): string {
    return [...this.known].reduce((rest, [real, shown]) => rest.replaceAll(shown, real), text);
  }

  private idFor(id: string): string {
    return this.shownFor(id, (n) => `${MADE_UP}${String(n).padStart(12, '0')}`);
  }

  private hashFor(hash: string): string {
    return this.shownFor(hash, (n) => String(n).padStart(64, '5ee1'));
  }

  private vsysFor(id: string, contract: string): string {
    return this.shownFor(id, (n) => `${contract}-VSYS${String(n).padStart(5, '0')}`);
  }

  private shownFor(real: string, make: (n: number) => string): string {
    // What the document itself made up stays as it is.
    if (real.startsWith(MADE_UP)) return real;
    const shown = this.known.get(real) ?? make(this.known.size + 1);
    this.known.set(real, shown);
    return shown;
  }
}
