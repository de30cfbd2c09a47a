/** Lines of a firewall's log in the shape that callers know. */
import type { XmlElement } from '../../../http/xml/xml-element.js';
import { childrenNamed, findChild, findText } from '../../../http/xml/xml-element.js';
import type { LogLine } from '../../../use-cases/efms/read-efm.js';
import { wrongValue } from '../protocol/fgcp-error.js';

export interface LogQuestion {
  readonly count: number;
  fits(line: string): boolean;
}

const DEFAULT_COUNT = 100;
const MOST = 1_000;
/** What a term is looked for as. */
const KEYS: Readonly<Record<string, string>> = {
  src: 'src=',
  dst: 'dst=',
  proto: 'proto=',
  srcport: 'srcport=',
  dstport: 'dstport=',
  action: 'action=',
  rule: 'rule=',
  free: '',
};

/** `block`: `firewall_log`; undefined: the newest lines. Throws VALIDATION_ERROR. */
export function wantedLines(block: XmlElement | undefined): LogQuestion {
  const count = Number((block && findText(block, 'num')) ?? DEFAULT_COUNT);
  if (!Number.isInteger(count) || count < 1 || count > MOST) throw wrongValue('num');
  const orders = block === undefined ? [] : childrenNamed(findChild(block, 'orders') ?? block, 'order');
  const terms = orders.flatMap(termsOf);
  return { count, fits: (line) => terms.every((term) => `${line} `.includes(term)) };
}

function termsOf(order: XmlElement): readonly string[] {
  const prefix = findText(order, 'prefix') ?? '';
  if (prefix === 'tab')
    return ['from', 'to'].flatMap((side) => {
      const zone = findText(order, side);
      return zone === undefined ? [] : [`${side}=${zone.toLowerCase().replace(/^.*-n-/, '')} `];
    });
  const key = KEYS[prefix];
  const value = findText(order, 'value');
  if (key === undefined || value === undefined) throw wrongValue('orders');
  return [prefix === 'free' ? value : `${key}${value} `];
}

/** The protocol's names and ours, in the order of a line. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['src', 'source'],
  ['dst', 'destination'],
  ['proto', 'protocol'],
  ['srcport', 'sourcePort'],
  ['dstport', 'port'],
  ['from', 'in'],
  ['to', 'out'],
];

/** Undefined for lines that are not about packets. */
export function logLine({ at, entry }: LogLine, system: string): string | undefined {
  if (entry === null || (entry.kind !== 'denied' && entry.kind !== 'rule')) return undefined;
  const denied = entry.kind === 'denied';
  const code = denied
    ? 'WARNING[40300011]: TCP connection denied.'
    : 'INFO[00300001]: TCP connection initiated.';
  const fields = FIELDS.flatMap(([name, own]) => {
    const value = entry.fields[own];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const action = denied ? 'action=drop reason=filter' : 'action=accept';
  return `${timeOf(at)} FW-${system}  ${code}  ${[...fields, action].join(' ')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `2011 Dec 28 18:51:39` */
function timeOf(at: Date): string {
  const [, clock = ''] = /T(\d\d:\d\d:\d\d)/.exec(at.toISOString()) ?? [];
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${at.getUTCFullYear()} ${MONTHS[at.getUTCMonth()] ?? ''} ${day} ${clock}`;
}
