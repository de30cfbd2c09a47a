/** What the agent gets from the API: the document of its EFM with its secrets, checked before anything believes it. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '@openvsys/efm';
import type { ModuleDocument } from '@openvsys/vsys';

export interface AgentDocument {
  /** Grows with each change of the EFM. */
  readonly version: number;
  readonly document: ModuleDocument;
  /** Text by file name, for each of `document.secrets`. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Layout versions that this agent can read. */
export const KNOWN_FORMATS: readonly number[] = [2];
/** File names are below the version's folder: no way out of it, nothing hidden. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}$/;

/** A document that this agent must not apply. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** Throws DocumentError when it was damaged, is of an unknown layout, or writes where it must not. */
export function parseDocument(text: string): AgentDocument {
  const { document: raw, version, secrets } = envelopeOf(text);
  if (raw === undefined || typeof version !== 'number' || secrets === undefined) {
    throw new DocumentError('The document lacks a part of its envelope.');
  }
  const { hash, ...content } = raw;
  if (sha256(canonicalJson(content)) !== hash) {
    throw new DocumentError('The document was damaged: its hash does not fit.');
  }
  // Whoever can make a fitting hash follows the layout of a format that is known.
  const document = raw as object as ModuleDocument;
  requireKnown(document);
  requireFileNames(document);
  for (const { file, sha256: wanted } of document.secrets) {
    if (sha256(secrets[file] ?? '') !== wanted) {
      throw new DocumentError(`The secret file ${file} is missing or another one than the document means.`);
    }
  }
  return { version, document, secrets };
}

interface Envelope {
  readonly version?: number;
  readonly document?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

function envelopeOf(text: string): Envelope {
  try {
    return (JSON.parse(text) as Envelope | null) ?? {};
  } catch {
    throw new DocumentError('The document is not JSON.');
  }
}

function requireKnown({ format }: ModuleDocument): void {
  if (KNOWN_FORMATS.includes(format)) return;
  throw new DocumentError(
    `The document has format ${format}; this agent reads ${KNOWN_FORMATS.join(', ')}: update the appliance.`,
  );
}

function requireFileNames({ files, secrets, programs }: ModuleDocument): void {
  const names = [...Object.keys(files), ...secrets.map(({ file }) => file)];
  const wrong = names.find((name) => !FILE_NAME.test(name));
  if (wrong !== undefined) throw new DocumentError(`“${wrong}” is no file name for an appliance.`);
  if (new Set(names).size < names.length) {
    throw new DocumentError('A file of the document has the name of another one.');
  }
  const lost = programs.find(({ config }) => !names.includes(config));
  if (lost) throw new DocumentError(`${lost.name} has no file ${lost.config}.`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
