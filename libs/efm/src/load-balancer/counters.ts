/** What HAProxy's statistics say about listeners and members (`show stat`, CSV columns). */
import type { LoadBalancerInput } from '@openvsys/vsys';
import type { EfmCounter, NativeCounter } from '../observation.js';
import { backendName, frontendName } from './model.js';

/** HAProxy's column: our name. */
const COLUMNS: Readonly<Record<string, string>> = {
  scur: 'connections',
  smax: 'connectionsPeak',
  stot: 'connectionsTotal',
  bin: 'bytesIn',
  bout: 'bytesOut',
  req_tot: 'requests',
  ereq: 'requestErrors',
  econ: 'connectErrors',
  eresp: 'responseErrors',
  wretr: 'retries',
  wredis: 'redispatched',
  hrsp_2xx: 'status2xx',
  hrsp_3xx: 'status3xx',
  hrsp_4xx: 'status4xx',
  hrsp_5xx: 'status5xx',
  qcur: 'queued',
  chkfail: 'checksFailed',
  chkdown: 'timesDown',
  downtime: 'downSeconds',
  // Of agents that tell all kinds together.
  errors: 'errors',
};

export function loadBalancerCounters(
  { listeners }: LoadBalancerInput,
  native: readonly NativeCounter[],
): EfmCounter[] {
  const meanings = new Map<string, Omit<EfmCounter, 'values'>>(
    listeners.flatMap(({ name, members }, index) => {
      const pointer = `/config/listeners/${index}`;
      return [
        [`${frontendName(name)}/FRONTEND`, { pointer, title: `listener ${name}` }],
        [`${backendName(name)}/BACKEND`, { pointer: `${pointer}/members`, title: `members of ${name}` }],
        ...members.map((member): [string, Omit<EfmCounter, 'values'>] => [
          `${backendName(name)}/${member.name}`,
          { pointer: `${pointer}/members/${member.name}`, title: `member ${member.name} of ${name}` },
        ]),
      ];
    }),
  );
  return native.flatMap(({ program, name, values }) => {
    const meaning = program === 'haproxy' ? meanings.get(name) : undefined;
    return meaning ? [{ ...meaning, values: renamed(values) }] : [];
  });
}

const renamed = (values: NativeCounter['values']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([column, value]) => {
      const name = COLUMNS[column];
      return name === undefined ? [] : [[name, value]];
    }),
  );
