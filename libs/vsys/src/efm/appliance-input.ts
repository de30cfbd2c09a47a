/** What every kind's renderer is told about the appliance itself. */

export interface ApplianceInput<Kind extends string = string> {
  readonly kind: Kind;
  /** Of the EFM. */
  readonly name: string;
  /** NICs in VNets, in the order of the descriptor. */
  readonly interfaces: readonly ModuleInterface[];
  /** The way to the internet and to the API; `null` in systems made before appliances had one. */
  readonly uplink: UplinkInput | null;
  /** `null`: alone. */
  readonly pair: PairInput | null;
  /**
   * Texts of secret files by their name below the document's folder. They go to the appliance beside the document and are
   * kept out of everything that is shown.
   */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface ModuleInterface {
  /** VNet name. */
  readonly zone: string;
  readonly device: number;
  readonly mac: string;
  readonly address: string;
  readonly cidr: string;
  /** Held by the active one of a pair; for everybody else this is the EFM's address. `null`: alone. */
  readonly virtualAddress: string | null;
}

export interface UplinkInput {
  readonly device: number;
  readonly mac: string;
  /** In the provider's range for appliances. */
  readonly address: string;
  readonly cidr: string;
  readonly gateway: string;
  /** That the EFM answers for; virtual ones in a pair. */
  readonly publicAddresses: readonly string[];
}

export interface PairInput {
  readonly member: 1 | 2;
  /** Zone over which the two see each other. */
  readonly zone: string;
  readonly peerAddress: string;
  /** VRRP's virtual router id, 1–255; unique in the VSYS. */
  readonly routerId: number;
}
