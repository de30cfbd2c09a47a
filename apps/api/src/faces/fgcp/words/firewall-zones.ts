/**
 * Zones of a firewall and the directions between them. Systems of the protocol have the segments DMZ and SECURE1 to SECURE3; the
 * internet reaches the DMZ alone. Segments of other names, which descriptors may have, are free of these limits.
 */
import type { FgcpFields } from '../protocol/write-answer.js';

/** Zone as firewalls name it, and as the protocol does. */
export const INTERNET = 'internet';
const ZONES = ['DMZ', 'SECURE1', 'SECURE2', 'SECURE3', 'INTERNET', 'INTRANET'] as const;
type Zone = (typeof ZONES)[number];

/** What the five digits of a rule's id begin with; 0: nothing may go that way. In the order of `ZONES`. */
const PREFIXES: Readonly<Record<Zone, readonly number[]>> = {
  DMZ: [0, 10, 11, 16, 45, 40],
  SECURE1: [12, 0, 13, 17, 46, 41],
  SECURE2: [14, 15, 0, 18, 47, 42],
  SECURE3: [19, 20, 21, 0, 48, 43],
  INTERNET: [35, 0, 0, 0, 0, 0],
  INTRANET: [30, 31, 32, 33, 0, 0],
};
/** Of directions with a segment of another name. */
const OTHER_PREFIX = 90;
export const MOST_POLICIES = 50;

const zoneIn = (name: string): Zone | undefined => ZONES.find((zone) => zone === name);

/** Of zones as firewalls name them, e.g. `dmz`. 0: nothing may go that way. */
export function directionPrefix(from: string, to: string): number {
  const source = zoneIn(from.toUpperCase());
  const target = zoneIn(to.toUpperCase());
  if (source === undefined || target === undefined) return from === to ? 0 : OTHER_PREFIX;
  return PREFIXES[source][ZONES.indexOf(target)] ?? 0;
}

/** `<system>-N-DMZ` */
export const zoneId = (system: string, zone: string): string => `${system}-N-${zone.toUpperCase()}`;

/** The zone that a request means, by its full id or its short name; undefined when the system has no such zone. */
export function findZone(system: string, text: string, nets: readonly string[]): string | undefined {
  const prefix = `${system}-N-`;
  const short = (text.startsWith(prefix) ? text.slice(prefix.length) : text).toLowerCase();
  return [...nets, INTERNET].find((zone) => zone === short);
}

/** All combinations, or those of one zone. */
export function limitRows(from: string | undefined, to: string | undefined): readonly FgcpFields[] {
  return ZONES.filter((zone) => from === undefined || zone === from).flatMap((source) =>
    ZONES.flatMap((target, index) => {
      if (to !== undefined && target !== to) return [];
      const prefix = PREFIXES[source][index] ?? 0;
      return [
        {
          acceptable: prefix === 0 ? 'NG' : 'OK',
          from: source,
          maxPolicyNum: prefix === 0 ? 0 : MOST_POLICIES,
          prefix,
          to: target,
        },
      ];
    }),
  );
}

/** The short name of a zone in a filter. */
export const shortZone = (system: string, text: string | undefined): string | undefined =>
  text?.replace(`${system}-N-`, '').toUpperCase();
