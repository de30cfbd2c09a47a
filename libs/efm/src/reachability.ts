/** Would a new connection pass? The answer of the model that the renderer uses, never of a copy of it. */

export interface Flow {
  /** Zone in which the sender is: a VNet or `internet`; without it the one that its address belongs to. */
  readonly fromZone?: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** Destination port; 0 for icmp. */
  readonly port: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly reason:
    | 'rule' // a rule decided
    | 'default' // no rule fits
    | 'spoofed' // the sender's address does not belong to its zone
    | 'same-zone' // does not pass the appliance
    | 'hairpin' // back into its own VNet, by way of a public address
    | 'listener' // a listener takes it
    | 'appliance' // for the appliance itself: a service of its own, or nothing
    | 'peer' // between a VPN peer and what it may reach
    | 'no-member' // a listener takes it, but nobody can answer
    | 'unknown'; // does not come through this appliance
  /** JSON pointer of what decided; `null`: nothing that is in the configuration. */
  readonly pointer: string | null;
  /** Where it goes after translation; as sent when nothing is translated. */
  readonly translated: {
    readonly source: string;
    readonly destination: string;
    readonly port: number;
  };
  /** For people. */
  readonly explanation: string;
}

/** An address that stands for anybody outside: RFC 5737 keeps it for documentation. */
export const SOMEBODY = '198.51.100.77';
/** A port that no service is usually at: stands for all that a rule does not name (RFC 6335, dynamic ports). */
export const UNUSUAL_PORT = 49_999;

export const untranslated = ({ source, destination, port }: Flow): Verdict['translated'] => ({
  source,
  destination,
  port,
});
