/** Source of fresh ids; the only randomness that admission needs. */
export interface IdSource {
  /** A UUIDv7: sorts by the time of its making. */
  uuid(): string;
  /** Nine characters A-Z 0-9 for a new VSYS. */
  systemName(): string;
}
