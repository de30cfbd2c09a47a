/** Where closed hours are kept. The closing itself is set-based inside the store; `meterHour` and `rate` are its law. */
export interface UsageStore {
  /** Hours that end at or before `until`, from the first usage on, that are not closed; oldest first, at most `limit`. */
  listDueHours(until: Date, limit: number): Promise<readonly Date[]>;
  /**
   * Makes the rows of the hour what intervals and prices say and marks it closed, in one transaction. Closing again
   * changes only what differs; two closers at once do it one after the other.
   */
  closeHour(hour: Date, at: Date): Promise<HourClosing>;
}

export interface HourClosing {
  readonly hour: Date;
  /** Rows added, changed or taken away; 0 when the hour was closed before and nothing happened since. */
  readonly rowsChanged: number;
  /** Intervals that could not be billed and wait for a person; everything else of the hour is closed. */
  readonly rowsParked: number;
}
