/** Passwords and keys inside templates: sealed where they are stored, left out where they are shown. */
import { isSealed, type TextSealer } from '@openvsys/vsys';

/** Members that hold a secret, wherever they stand in the document. */
const SECRET: ReadonlySet<string> = new Set(['password', 'key']);

type Document = Readonly<Record<string, unknown>>;

/** Texts that are sealed already stay as they are. */
export function sealedDocument(document: Document, id: string, sealer: TextSealer): Document {
  return mapped(document, (text) => (isSealed(text) ? text : sealer.seal(text, `template:${id}`)));
}

export function openedDocument(document: Document, id: string, sealer: TextSealer): Document {
  return mapped(document, (text) => (isSealed(text) ? sealer.open(text, `template:${id}`) : text));
}

export function shownDocument(document: Document): Document {
  return mapped(document, () => undefined);
}

function mapped(document: Document, secret: (text: string) => string | undefined): Document {
  return Object.fromEntries(
    Object.entries(document)
      .map(
        ([name, value]) =>
          [name, SECRET.has(name) ? ofSecret(value, secret) : ofValue(value, secret)] as const,
      )
      .filter(([, value]) => value !== undefined),
  );
}

const ofSecret = (value: unknown, secret: (text: string) => string | undefined): unknown =>
  typeof value === 'string' ? secret(value) : undefined;

function ofValue(value: unknown, secret: (text: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => ofValue(item, secret));
  return isDocument(value) ? mapped(value, secret) : value;
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
