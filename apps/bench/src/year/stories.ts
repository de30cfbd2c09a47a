/**
 * The life of a tenant's servers in a year, by seed: what each of them holds from when on; with the other parts of systems.
 *
 *   steady   on from some day in the first two months, now and then restarted, some with a disk that grows
 *   office   on from seven to seven (UTC) on working days, stopped at night
 *   batch    on for some minutes on most days
 *   short    made and deleted some hours later, some in the second in which they were made
 */
import { holdingsOf } from '@openvsys/metering';
import type { OracleHolding, OracleNews } from '@openvsys/bill-oracle';
import {
  srUuid,
  vdiskIdOf,
  vserverIdOf,
  type ImageLicence,
  type VDiskSpec,
  type VServerSpec,
  type VsysId,
} from '@openvsys/vsys';
import {
  DAY,
  HOUR,
  MINUTE,
  randomFrom,
  SECOND,
  SERVERS_A_SYSTEM,
  someTime,
  type Calendar,
} from './calendar.js';
import { partsOf, systemOf } from './system-parts.js';

const SR = srUuid('00000000-0000-4000-8000-00000000005a');

export const SERVER_TYPES = ['standard.small', 'standard.medium', 'standard.large'] as const;
const VCPUS = [1, 2, 4] as const;
/** Of the largest, by the vCPU. */
const WINDOWS: ImageLicence = { product: 'windows-server', unit: 'vcpu' };

type State = 'running' | 'stopped' | 'gone';
type Change = readonly [at: number, state: State];
type Life = (calendar: Calendar, random: () => number) => readonly Change[];

const steady: Life = ({ start, end }, random) => {
  const changes: Change[] = [[someTime(start, 60 * DAY, random), 'running']];
  for (let at = (changes[0]?.[0] ?? start) + 20 * DAY; at < end; at += 20 * DAY + random() * 40 * DAY) {
    changes.push([Math.floor(at), 'stopped'], [Math.floor(at + random() * 3 * HOUR), 'running']);
  }
  return changes;
};

const office: Life = ({ start, end }, random) => {
  const changes: Change[] = [[someTime(start, 5 * DAY, random), 'stopped']];
  for (let day = start + 6 * DAY; day < end; day += DAY) {
    if (new Date(day).getUTCDay() % 6 === 0) continue;
    changes.push([day + 7 * HOUR + Math.floor(random() * 90 * SECOND), 'running']);
    changes.push([day + 19 * HOUR + Math.floor(random() * 90 * SECOND), 'stopped']);
  }
  return changes;
};

const batch: Life = ({ start, end }, random) => {
  const changes: Change[] = [[someTime(start, 5 * DAY, random), 'stopped']];
  for (let day = start + 6 * DAY; day < end; day += DAY) {
    if (random() < 0.3) continue;
    const at = someTime(day, 22 * HOUR, random);
    changes.push([at, 'running'], [at + 5 * MINUTE + Math.floor(random() * 70 * MINUTE), 'stopped']);
  }
  return changes;
};

const short: Life = ({ start, end }, random) => {
  const at = someTime(start, end - start - 20 * DAY, random);
  const life = random() < 0.2 ? Math.floor(random() * SECOND) : random() * 15 * DAY;
  return [
    [at, 'running'],
    [Math.floor(at + life), 'gone'],
  ];
};

/** Of ten servers. */
const LIVES: readonly Life[] = [steady, steady, steady, steady, steady, steady, office, office, batch, short];

/** Everything that becomes known, by resource and in the order of its instants. */
export function storiesOf(servers: number, calendar: Calendar, seed: number): readonly OracleNews[] {
  const random = randomFrom(seed);
  const machines = Array.from({ length: servers }, (_, index) => {
    const vsysId = systemOf(Math.floor(index / SERVERS_A_SYSTEM));
    const life = LIVES[index % LIVES.length] ?? steady;
    const changes = life(calendar, random);
    const disk = index % 2 === 0 ? diskNews(vsysId, index, changes, calendar, random) : [];
    return [...serverNews(vsysId, index, changes), ...disk];
  }).flat();
  return [...machines, ...partsOf(servers, calendar, seed)];
}

function serverNews(vsysId: VsysId, index: number, changes: readonly Change[]): readonly OracleNews[] {
  const size = index % SERVER_TYPES.length;
  const vcpus = VCPUS[size] ?? 1;
  const server: VServerSpec = {
    id: vserverIdOf(vsysId, (index % SERVERS_A_SYSTEM) + 1),
    name: `server-${index}`,
    role: 'server',
    kind: 'server',
    type: SERVER_TYPES[size] ?? 'standard.small',
    vcpus,
    memoryMiB: vcpus * 2_048,
    image: 'debian-13',
    systemDiskGiB: 4,
    power: 'running',
    restarts: 0,
    startOrder: 1,
    nics: [],
    guestData: {},
    ...(size === 2 ? { licence: WINDOWS } : {}),
  };
  return changes.map(([at, state]) => ({
    resource: server.id,
    vsysId,
    at,
    holds: holdsOf(holdingsOf(server, state)),
  }));
}

/** A disk lives as long as its server and grows once. */
function diskNews(
  vsysId: VsysId,
  index: number,
  changes: readonly Change[],
  { end }: Calendar,
  random: () => number,
): readonly OracleNews[] {
  const id = vdiskIdOf(vsysId, (index % SERVERS_A_SYSTEM) + 1);
  const of = (sizeGiB: number): VDiskSpec => ({ id, name: `data-${index}`, sizeGiB, sr: SR, server: null });
  const begin = changes[0]?.[0] ?? 0;
  const gone = changes.find(([, state]) => state === 'gone')?.[0];
  const grows = Math.floor(begin + random() * ((gone ?? end) - begin));
  const news = [
    { resource: id, vsysId, at: begin, holds: holdsOf(holdingsOf(of(20), 'ready')) },
    {
      resource: id,
      vsysId,
      at: grows,
      holds: holdsOf(holdingsOf(of(20 + Math.floor(random() * 80)), 'ready')),
    },
  ];
  return gone === undefined ? news : [...news, { resource: id, vsysId, at: gone, holds: [] }];
}

const holdsOf = (items: ReturnType<typeof holdingsOf>): readonly OracleHolding[] => items ?? [];
