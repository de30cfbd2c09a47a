/** One kind of news of a turn, as a piece of the statement that writes them all. */
import type { Turn } from '@openvsys/vsys';

/** In SQL: $1 the inputs of all kinds by their names (jsonb), $2 VSYS, $3 organization, $4 instant of the turn. */
export interface NewsKind {
  readonly name: string;
  /** Common table expressions that change rows; names begin differently in each kind. */
  readonly changes: string;
  /** Rows of the table event: id, organization, VSYS, resource, type, data, instant. */
  readonly events?: string;
  /** Undefined: the turn says nothing of this kind. */
  inputOf(turn: Turn): unknown;
}
