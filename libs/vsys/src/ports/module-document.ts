/**
 * What an appliance pulls: everything that it needs to become what its EFM says, in one hashed document (design D8).
 *
 *   interfaces, routes ─► the agent itself configures them
 *   files + secrets ────► one folder of this version ─► programs check and load them ─► probes ─► reported as applied
 *
 * Texts of `files` hold three placeholders, because only the agent knows where it puts things:
 *   @OPENVSYS_DIR@            absolute path of the folder that holds this version's files and secret files
 *   @OPENVSYS_RUN@            absolute path of the folder for sockets and leases, the same for all versions
 *   @OPENVSYS_SECRET:<file>@  the trimmed text of a secret file; a file that holds one is written with mode 0600
 */
import type { EfmKind } from '../efm/registry.js';

export interface ModuleDocument {
  readonly kind: EfmKind;
  /** Version of the document's layout; an appliance refuses one that it does not know. */
  readonly format: number;
  /** Native configuration by file name, e.g. `nftables.conf`. A name may have a folder: `errors/503.http`. */
  readonly files: Readonly<Record<string, string>>;
  /** What has to run, in the order of loading. What is not named is stopped. */
  readonly programs: readonly ModuleProgram[];
  readonly interfaces: readonly ApplianceInterface[];
  readonly routes: readonly ApplianceRoute[];
  /** `net.ipv4.ip_forward`: does the appliance route. */
  readonly forwarding: boolean;
  /** Files that come beside the document, over the agent's own connection only. Sorted by file. */
  readonly secrets: readonly ModuleSecret[];
  /** All must pass after loading, else the agent goes back to what it had. */
  readonly probes: readonly ModuleProbe[];
  /** `null`: one appliance alone. */
  readonly pair: AppliancePair | null;
  /** SHA-256 (lower-case hex) of the canonical JSON of all other members. */
  readonly hash: string;
}

export type ModuleProgram =
  /** `nft --check -f`, `nft -f`: the table `ip openvsys` is replaced in one transaction. */
  | { readonly name: 'nftables'; readonly config: string }
  /** Master-worker mode; its configuration opens the statistics socket `@OPENVSYS_RUN@/haproxy.sock`. */
  | { readonly name: 'haproxy'; readonly config: string }
  | { readonly name: 'dnsmasq'; readonly config: string }
  | { readonly name: 'keepalived'; readonly config: string }
  /** `config` in the form of wg-quick(8); `interface` is made by the agent and has its addresses in `interfaces`. */
  | { readonly name: 'wireguard'; readonly config: string; readonly interface: string };
export type ProgramName = ModuleProgram['name'];

export interface ApplianceInterface {
  /** `uplink` (outside), `eth<device>` (a VNet) or `wg<n>`; the agent renames the link that has the MAC. */
  readonly name: string;
  /** `null`: a tunnel, made by the agent. */
  readonly mac: string | null;
  /** With prefix, the first is the primary one: `10.0.1.1/24`. Set by the agent. */
  readonly addresses: readonly string[];
  /** With prefix; held by the active one of a pair through keepalived: the agent neither sets nor removes them. */
  readonly virtualAddresses: readonly string[];
  readonly mtu: number | null;
}

export interface ApplianceRoute {
  /** IPv4 network in CIDR form; `0.0.0.0/0`: the default route. */
  readonly to: string;
  /** Next hop; `null`: on the link. */
  readonly via: string | null;
  readonly interface: string;
}

export interface ModuleSecret {
  /** Below `@OPENVSYS_DIR@`, mode 0600. */
  readonly file: string;
  /** SHA-256 (lower-case hex) of the text: another secret is another document. */
  readonly sha256: string;
}

/** All addresses are the appliance's own; `timeoutSeconds` is how long the agent may try again before it counts as failed. */
export type ModuleProbe = { readonly name: string; readonly timeoutSeconds: number } & (
  | { readonly kind: 'process'; readonly program: ProgramName }
  /** The link is there, up, and has its own addresses. */
  | { readonly kind: 'interface'; readonly interface: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number }
  | {
      readonly kind: 'http';
      readonly address: string;
      readonly port: number;
      readonly path: string;
      readonly status: number;
    }
  /** An A query sent to the address; any answer but SERVFAIL or REFUSED counts, with `expected` only that address. */
  | {
      readonly kind: 'dns';
      readonly address: string;
      readonly question: string;
      readonly expected: string | null;
    }
);

/** Two appliances of one EFM (VRRP, RFC 5798). Active is who has the virtual addresses. */
export interface AppliancePair {
  /** 1 is preferred. */
  readonly member: 1 | 2;
  /** The other one's address, on the network that the two talk over. */
  readonly peer: string;
  readonly interface: string;
}
