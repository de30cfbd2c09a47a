/** What appliances report in the words of their programs, and what it means in the words of the EFM. */
import type { ProgramName } from '@openvsys/vsys';

/**
 * One counter of a program, as the agent read it.
 * nftables: name of a named counter or comment of a rule (`nftablesCounts`); `packets`, `bytes`. haproxy: `<proxy>/<server>` of `show stat`; its numeric columns.
 * wireguard: public key of a peer; `rx`, `tx` (bytes), `handshake` (Unix seconds, 0: never).
 */
export interface NativeCounter {
  readonly program: ProgramName;
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** `kernel`: what nftables logs. `at`: ISO 8601. */
export interface NativeLogLine {
  readonly program: ProgramName | 'kernel';
  readonly at: string;
  readonly text: string;
}

export interface EfmCounter {
  /** JSON pointer into the EFM of the descriptor, or of a part of it that has none of its own. */
  readonly pointer: string;
  /** For people: `rule 3 (web)`, `member web-1 of listener http`. */
  readonly title: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface EfmLogEntry {
  readonly at: string;
  readonly kind: 'denied' | 'rule' | 'request' | 'health' | 'lease' | 'pair' | 'program';
  /** JSON pointer of the rule or listener that caused it; `null`: none did. */
  readonly pointer: string | null;
  readonly fields: Readonly<Record<string, string>>;
}
