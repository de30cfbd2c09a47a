/**
 * XML-RPC values by a strict streaming parser. Used for whole answers of pools without JSON-RPC and for task results,
 * which are XML on every pool. A document type is refused and depth is bounded: the text comes from outside.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { TransportError } from './transport.js';

/** Records inside maps inside arrays need about 20 levels; the rest is an attack. */
const MAX_DEPTH = 64;

interface Frame {
  readonly tag: string;
  text: string;
  /** The value read so far inside `value`, `param` or `member`. */
  value?: { readonly is: unknown };
  name?: string;
  readonly items: unknown[];
  readonly members: Map<string, unknown>;
}

const frame = (tag: string): Frame => ({ tag, text: '', items: [], members: new Map() });

/** What a closed element is worth; undefined for elements that only group. */
function valueOf(closed: Frame): { readonly is: unknown } | undefined {
  switch (closed.tag) {
    case 'int':
    case 'i4':
    case 'i8':
    case 'double':
    case 'string':
    case 'dateTime.iso8601':
      return { is: closed.text };
    case 'boolean':
      return { is: closed.text.trim() === '1' };
    case 'nil':
      return { is: null };
    case 'array':
      return { is: closed.items };
    case 'struct':
      return { is: Object.fromEntries(closed.members) };
    case 'value':
      return closed.value ?? { is: closed.text };
    default:
      return undefined;
  }
}

/** Hands a closed element to the one around it. */
function deliver(closed: Frame, parent: Frame): void {
  if (closed.tag === 'name') parent.name = closed.text;
  else if (closed.tag === 'member') parent.members.set(closed.name ?? '', closed.value?.is ?? '');
  else if (closed.tag === 'data') parent.items.push(...closed.items);
  else if (parent.tag === 'data' && closed.tag === 'value') parent.items.push(valueOf(closed)?.is);
  else {
    const value = valueOf(closed) ?? closed.value;
    if (value !== undefined) parent.value = value;
  }
}

const refuse = (why: string): never => {
  throw new TransportError('protocol', `The XML answer was refused: ${why}`);
};

/** The first value of an XML-RPC document or of a bare `<value>…</value>`. Throws TransportError for anything else. */
export function parseXmlValue(xml: string): unknown {
  const parser = new SaxesParser();
  const stack: Frame[] = [frame('')];
  const top = (): Frame => stack.at(-1) ?? frame('');
  parser.on('doctype', () => refuse('it has a document type'));
  parser.on('error', (error) => refuse(error.message));
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (stack.length > MAX_DEPTH) refuse('it is nested too deeply');
    stack.push(frame(tag.name));
  });
  parser.on('text', (text) => {
    top().text += text;
  });
  parser.on('closetag', () => {
    const closed = stack.pop();
    if (closed !== undefined) deliver(closed, top());
  });
  parser.write(xml).close();
  return stack[0]?.value === undefined ? refuse('it holds no value') : stack[0].value.is;
}
