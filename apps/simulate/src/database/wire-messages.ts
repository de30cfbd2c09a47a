/** Messages of PostgreSQL's wire protocol (version 3): a letter, a length that counts itself, a body. */

export interface WireMessage {
  /** Letter of its kind, e.g. `Q`. */
  readonly kind: string;
  /** The whole message, letter and length included. */
  readonly bytes: Buffer;
}

/** Length of letter and length. */
const HEAD = 5;

/** Cuts whole messages off the front; `rest` waits for more bytes. */
export function cutMessages(bytes: Buffer): {
  readonly messages: readonly WireMessage[];
  readonly rest: Buffer;
} {
  const messages: WireMessage[] = [];
  let at = 0;
  while (bytes.length - at >= HEAD) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length) break;
    messages.push({ kind: String.fromCharCode(bytes[at] ?? 0), bytes: bytes.subarray(at, end) });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

export function simpleQuery(text: string): Buffer {
  return message('Q', Buffer.from(`${text}\0`));
}

/** The text of a simple query (`Q`). */
export function textOf({ bytes }: WireMessage): string {
  return bytes.toString('utf8', HEAD, bytes.length - 1);
}

/** Where the name of the statement is: in `Parse` it comes first, in `Bind` after the portal; other messages have none. */
function statementAt({ kind, bytes }: WireMessage): number | undefined {
  if (kind === 'P') return HEAD;
  return kind === 'B' ? bytes.indexOf(0, HEAD) + 1 : undefined;
}

/** The name of the statement that a message makes or runs; undefined when it has none. */
export function statementOf(given: WireMessage): string | undefined {
  const at = statementAt(given);
  if (at === undefined) return undefined;
  return given.bytes.toString('utf8', at, given.bytes.indexOf(0, at)) || undefined;
}

/** The same message about a statement of another name. */
export function withStatement(given: WireMessage, name: string): WireMessage {
  const at = statementAt(given);
  if (at === undefined) return given;
  const rest = given.bytes.subarray(given.bytes.indexOf(0, at));
  const body = [given.bytes.subarray(HEAD, at), Buffer.from(name), rest];
  return { kind: given.kind, bytes: message(given.kind, Buffer.concat(body)) };
}

/** The text of a `Parse`. */
export function textOfParse({ bytes }: WireMessage): string {
  const at = bytes.indexOf(0, HEAD) + 1;
  return bytes.toString('utf8', at, bytes.indexOf(0, at));
}

/** What PostgreSQL answers to a `Parse` that it took. */
export const PARSE_COMPLETE: WireMessage = { kind: '1', bytes: message('1', Buffer.alloc(0)) };

/** The same `Parse` with another text: name, text, types of parameters. */
export function withText(given: WireMessage, change: (text: string) => string): WireMessage {
  if (given.kind !== 'P') return given;
  const textAt = given.bytes.indexOf(0, HEAD) + 1;
  const end = given.bytes.indexOf(0, textAt);
  const text = Buffer.from(change(textOfParse(given)));
  const body = [given.bytes.subarray(HEAD, textAt), text, given.bytes.subarray(end)];
  return { kind: 'P', bytes: message('P', Buffer.concat(body)) };
}

/** Channel and payload of a notification (`A`). */
export function notificationOf({ bytes }: WireMessage): {
  readonly channel: string;
  readonly payload: string;
} {
  const [channel = '', payload = ''] = bytes.toString('utf8', HEAD + 4).split('\0');
  return { channel, payload };
}

/** State of the transaction in ReadyForQuery (`Z`): idle, inside of one, inside of a failed one. */
export function transactionStateOf({ bytes }: WireMessage): 'I' | 'T' | 'E' {
  const letter = String.fromCharCode(bytes[HEAD] ?? 0);
  return letter === 'T' || letter === 'E' ? letter : 'I';
}

function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.write(kind, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
