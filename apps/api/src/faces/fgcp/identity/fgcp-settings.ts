/** What an installation decides about this face. */

export interface FgcpSettings {
  /** Whether signatures may be made with SHA-1, where the organization has not decided itself. */
  readonly sha1: 'accept' | 'refuse';
  /** `optional`: who shows no certificate is known by the signature alone. For networks that are safe by themselves. */
  readonly clientCertificates: 'required' | 'optional';
  /** How far the clocks of clients may be off, either way, ms. */
  readonly clockWindowMs: number;
  /** A proxy that ends TLS and says in a header which certificate the client showed; absent: none does. */
  readonly proxy?: TrustedProxy;
}

export interface TrustedProxy {
  /** Lower case. The proxy has to remove it from what clients send. */
  readonly header: string;
  /** True for addresses of the proxy: the header counts from nowhere else. */
  trusts(address: string): boolean;
}

/** As wide as the clocks of unattended machines; the protocol's own window is not known. */
export const DEFAULT_CLOCK_WINDOW_MS = 15 * 60_000;

export const DEFAULT_FGCP_SETTINGS: FgcpSettings = {
  sha1: 'accept',
  clientCertificates: 'required',
  clockWindowMs: DEFAULT_CLOCK_WINDOW_MS,
};
