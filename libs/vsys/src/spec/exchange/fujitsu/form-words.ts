/**
 * The words of Fujitsu's XML form of descriptors: one document with elements named as in its protocol, no namespace.
 *
 *   vsysDescriptor ┬ vnets/vnet             DMZ, SECURE1 … SECURE3
 *                  ├ efms/efm               one FW with policies and address translation, any number of SLB
 *                  ├ vservers/vserver       with count, segment, disks
 *                  └ publicips/publicip     named by `ref`
 */

export const ROOT = 'vsysDescriptor';
export const FORM_VERSION = '1.0';

/** In the order in which a system has them: one tier, two, three. */
export const SEGMENTS = ['DMZ', 'SECURE1', 'SECURE2', 'SECURE3'] as const;
export type Segment = (typeof SEGMENTS)[number];
export const isSegment = (text: string): text is Segment => SEGMENTS.some((each) => each === text);

export const INTERNET_ZONE = 'INTERNET';
/** A zone towards the customer's own site, which descriptors have no word for. */
export const INTRANET_ZONE = 'INTRANET';
/** From outside the product lets nothing further in than this. */
export const OUTER_SEGMENT: Segment = 'DMZ';

/** Rules of one direction that the product takes. */
export const MOST_POLICIES = 50;
/** Their numbers have three digits. */
export const LAST_POLICY_ID = 999;
/** Sizes that the product sells are multiples of this, GB. */
export const SIZE_STEP = 10;

/** The form's word, and ours. */
export const BALANCES: Readonly<Record<string, 'round-robin' | 'least-connections'>> = {
  'round-robin': 'round-robin',
  'minimum-connection-strict': 'least-connections',
};
export const BY_CONNECTION = 'By connection';
export const BY_ADDRESS = 'By IP address';

/** What clients of the protocol leave out they mean so. */
export const GROUP_DEFAULTS = { interval: 60, timeout: 10, retryCount: 3, uniqueRetention: 90 } as const;
export const mostConnections = (protocol: string): number =>
  protocol.startsWith('https') || protocol.endsWith('https') ? 10_000 : 58_000;

/** Listeners carry number and kind of their group: `g10-http`; `tls`: encrypted bytes that go through as they come. */
export const LISTENER_NAME = /^g([0-9]{1,4})-(http|https|tcp|tls)$/;

/** Processors and GB of memory of the series that the product sold; `standard_15` is one with other memory. */
export const SERVER_SERIES: Readonly<Record<string, { readonly vcpus: number; readonly memoryGB: number }>> =
  {
    mini: { vcpus: 1, memoryGB: 1.7 },
    economy: { vcpus: 1, memoryGB: 1.7 },
    standard: { vcpus: 1, memoryGB: 3.4 },
    advanced: { vcpus: 1, memoryGB: 7.5 },
    high_performance: { vcpus: 2, memoryGB: 15 },
    w_high: { vcpus: 4, memoryGB: 30 },
    quad_high: { vcpus: 8, memoryGB: 60 },
  };
