/** Shared servers that the protocol lets rules name instead of protocol and ports: what they are reached by. */

export interface ServicePorts {
  readonly protocol: 'tcp' | 'udp';
  readonly ports: readonly number[];
}

export const SERVICES: Readonly<Record<string, readonly ServicePorts[]>> = {
  DNS: [
    { protocol: 'udp', ports: [53] },
    { protocol: 'tcp', ports: [53] },
  ],
  NTP: [{ protocol: 'udp', ports: [123] }],
  WSUS: [{ protocol: 'tcp', ports: [80, 443, 8530, 8531] }],
  yum: [{ protocol: 'tcp', ports: [80, 443] }],
  KMS: [{ protocol: 'tcp', ports: [1688] }],
  Symantec: [{ protocol: 'tcp', ports: [80, 443] }],
  RHUI: [{ protocol: 'tcp', ports: [443] }],
};

export const NO_SERVICE = 'NONE';
