/** Does an address that a tenant gives lead where it may? A class, so that it can be injected. */
export abstract class OutboundCheck {
  /** Throws `invalid-request` when it does not, `target-unreachable` when its name is not known now. */
  abstract check(url: string): Promise<void>;
}
