/** Figures and log lines in an agent's words as libs/efm takes them: one table. */
import type { NativeCounter, NativeLogLine } from '@openvsys/efm';
import type { EfmFiguresRecord } from '@openvsys/persistence';

const PROGRAMS: Readonly<Record<NativeLogLine['program'], true>> = {
  kernel: true,
  nftables: true,
  haproxy: true,
  dnsmasq: true,
  keepalived: true,
  wireguard: true,
};

/** Undefined for what is no program of an EFM, such as the agent itself. */
export const nativeProgram = (source: string): NativeLogLine['program'] | undefined =>
  Object.hasOwn(PROGRAMS, source) ? (source as NativeLogLine['program']) : undefined;

/** HAProxy's names of the columns that the agent reads (`show stat`). */
const MEMBER_COLUMNS: Readonly<Record<string, string>> = {
  currentSessions: 'scur',
  totalSessions: 'stot',
  bytesIn: 'bin',
  bytesOut: 'bout',
  errors: 'errors',
};

type Row = Readonly<Record<string, unknown>>;

export const nativeCounters = ({ counters, members, tunnels }: EfmFiguresRecord): NativeCounter[] => [
  ...Object.entries(counters).map(([name, values]): NativeCounter => ({
    program: 'nftables',
    name,
    values: { ...values },
  })),
  ...members.map(memberCounter),
  ...tunnels.map(tunnelCounter),
];

/** A row without a member is the listener itself, or all members behind it together. */
function memberCounter(row: Row): NativeCounter {
  const proxy = String(row['proxy']);
  const whole = proxy.startsWith('in-') ? 'FRONTEND' : 'BACKEND';
  const member = typeof row['member'] === 'string' ? row['member'] : whole;
  return { program: 'haproxy', name: `${proxy}/${member}`, values: columns(row, MEMBER_COLUMNS) };
}

function tunnelCounter(row: Row): NativeCounter {
  const values = columns(row, { bytesIn: 'rx', bytesOut: 'tx' });
  return { program: 'wireguard', name: String(row['publicKey']), values };
}

function columns(row: Row, names: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([ours, native]) => {
      const value = row[ours];
      return typeof value === 'number' ? [[native, value]] : [];
    }),
  );
}
