/** Bounds of one descriptor and one VSYS. They protect the parser and the pools; quotas are another matter. */
export const LIMITS = {
  /** A descriptor of 200 servers is about 60 KiB; four times that leaves room for user data. */
  textBytes: 256 * 1024,
  /** The deepest place of the schema is 8 levels down. */
  depth: 24,
  /** Uses of YAML aliases, counted with what they expand to: stops “billion laughs”. */
  aliases: 100,
  /** More violations than this help nobody. */
  violations: 100,
  parameters: 100,
  servers: 200,
  efms: 16,
  nets: 32,
  publicIps: 64,
  nicsPerServer: 16,
  /** Xen gives a VM 16 block devices; one is the system disk. */
  disksPerServer: 15,
  diskGiB: 2000,
  /** Of a server's user data after parameters were filled in, in UTF-8. */
  userDataBytes: 16 * 1024,
  /** One xenstore value, XenAPI `VM.xenstore_data`. */
  guestValueBytes: 2048,
  /** Longer ones are cut by some password databases (bcrypt reads 72 bytes). */
  passwordLength: 72,
  sshKeys: 10,
  /** The appliance takes ten thousand and more; a descriptor's text bounds it long before. */
  firewallRules: 10_000,
  dnsRecords: 500,
  vpnPeers: 250,
  /** Of one firewall: each is a peer of its tunnel. */
  connections: 32,
  /** A certificate of 4096 bits with a chain of three has about 9 KiB. */
  pemBytes: 32 * 1024,
  errorPageBytes: 8 * 1024,
  portForwards: 100,
  listeners: 50,
  startOrder: 1000,
  /** Of a text parameter: bounds what a pattern is run on. */
  parameterTextLength: 4096,
} as const;
