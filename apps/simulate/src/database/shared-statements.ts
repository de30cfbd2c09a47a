/**
 * Statements that were prepared once are there for all connections, because there is one session behind them: every worker
 * that starts would otherwise have the same texts parsed and planned again, and their remains would stay for ever.
 * The same text has the same name for everybody; a connection's own names belong to it alone.
 */
import {
  PARSE_COMPLETE,
  statementOf,
  textOfParse,
  withStatement,
  type WireMessage,
} from './wire-messages.js';

export class SharedStatements {
  readonly #names = new Map<string, string>();
  readonly #prepared = new Set<string>();

  /** For one connection: each message with the name that its statement has for everybody. */
  forConnection(): (message: WireMessage) => WireMessage {
    const shared = new Map<string, string>();
    return (message) => {
      const own = statementOf(message);
      if (own === undefined) return message;
      if (message.kind === 'P') shared.set(own, this.#nameOf(textOfParse(message)));
      return withStatement(message, shared.get(own) ?? own);
    };
  }

  /** Sends a request without what is prepared already, and answers as if it had been prepared just now. */
  async exchange(
    request: readonly WireMessage[],
    send: (messages: readonly WireMessage[]) => Promise<readonly WireMessage[]>,
  ): Promise<readonly WireMessage[]> {
    const parse = request.find(({ kind }) => kind === 'P');
    const name = parse && statementOf(parse);
    if (name === undefined) return await send(request);
    if (this.#prepared.has(name))
      return [PARSE_COMPLETE, ...(await send(request.filter((message) => message !== parse)))];
    const answer = await send(request);
    if (answer.some(({ kind }) => kind === PARSE_COMPLETE.kind)) this.#prepared.add(name);
    return answer;
  }

  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `shared_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
