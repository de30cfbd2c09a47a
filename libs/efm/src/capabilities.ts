/** What a kind can do, for those who offer it: a field that is not honoured is never shown. */
export interface Capabilities {
  readonly protocols: readonly string[];
  readonly features: readonly string[];
  /** Upper bounds by name. */
  readonly limits: Readonly<Record<string, number>>;
  /** Is a change loaded without touching what did not change. */
  readonly incremental: boolean;
  /** Can two appliances stand in for each other. */
  readonly redundant: boolean;
}
