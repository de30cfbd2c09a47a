/**
 * What a tenant's systems hold beside servers and disks, by seed: in each system a firewall with a public address and what it sends
 * to the internet, a snapshot now and then, back-ups that come and go; and private images, which belong to no system.
 */
import { holdingsOf, IMAGE_PRODUCT, TRAFFIC_PRODUCT, type HoldingItem } from '@openvsys/metering';
import type { OracleCount, OracleNews } from '@openvsys/bill-oracle';
import {
  backupIdOf,
  contractId,
  publicIpIdOf,
  snapshotIdOf,
  srUuid,
  vdiskIdOf,
  vserverIdOf,
  vsysIdOf,
  type BackupSpec,
  type PublicIpSpec,
  type SnapshotSpec,
  type VServerSpec,
  type VsysId,
} from '@openvsys/vsys';
import { DAY, HOUR, randomFrom, SERVERS_A_SYSTEM, someTime, type Calendar } from './calendar.js';

const SR = srUuid('00000000-0000-4000-8000-00000000005b');
/** The number of the firewall, beyond those of servers. */
const FIREWALL = 9_000;
const IMAGES = 5;
/** Of an hour, as in small offices: up to 20 GB. */
const MOST_BYTES_AN_HOUR = 20e9;
/** Hours of a hundred in which something is sent. */
const BUSY_PERCENT = 60;

type Random = () => number;

export const systemOf = (index: number): VsysId =>
  vsysIdOf(contractId('YEAR0001'), `SYSTEM${String(index).padStart(3, '0')}`);
export const systemsOf = (servers: number): readonly VsysId[] =>
  Array.from({ length: Math.ceil(servers / SERVERS_A_SYSTEM) }, (_, index) => systemOf(index));

/** News of the parts of all systems and of images, by resource and in the order of their instants. */
export function partsOf(servers: number, calendar: Calendar, seed: number): readonly OracleNews[] {
  const random = randomFrom(seed + 1);
  const parts = systemsOf(servers).flatMap((vsysId) => [
    ...firewallNews(vsysId, calendar, random),
    ...addressNews(vsysId, calendar, random),
    ...snapshotNews(vsysId, calendar, random),
    ...backupNews(vsysId, calendar, random),
  ]);
  return [...parts, ...imageNews(calendar, random)];
}

/** What the firewalls send, by the hour. */
export function trafficOf(servers: number, { start, end }: Calendar, seed: number): readonly OracleCount[] {
  const random = randomFrom(seed + 2);
  const counts: OracleCount[] = [];
  for (const vsysId of systemsOf(servers)) {
    for (let hour = start; hour < end; hour += HOUR) {
      if (random() * 100 >= BUSY_PERCENT) continue;
      const quantity = 1 + Math.floor(random() * MOST_BYTES_AN_HOUR);
      const resource = vserverIdOf(vsysId, FIREWALL);
      counts.push({ resource, vsysId, dimension: 'network-out', product: TRAFFIC_PRODUCT, hour, quantity });
    }
  }
  return counts;
}

const newsOf = (
  resource: string,
  vsysId: string,
  at: number,
  holds: readonly HoldingItem[] | undefined,
): OracleNews => ({ resource, vsysId, at: Math.floor(at), holds: holds ?? [] });

/** Runs from the first days on and is restarted for an update in each month. */
function firewallNews(vsysId: VsysId, { start, end }: Calendar, random: Random): readonly OracleNews[] {
  const firewall: VServerSpec = {
    id: vserverIdOf(vsysId, FIREWALL),
    name: 'firewall',
    role: 'firewall',
    kind: 'firewall',
    type: 'efm.small',
    vcpus: 1,
    memoryMiB: 512,
    image: 'openvsys-efm',
    systemDiskGiB: 2,
    power: 'running',
    restarts: 0,
    startOrder: 0,
    nics: [],
    guestData: {},
  };
  const tell = (at: number, state: 'running' | 'stopped') =>
    newsOf(firewall.id, vsysId, at, holdingsOf(firewall, state));
  const news = [tell(someTime(start, 3 * DAY, random), 'running')];
  for (let at = start + 20 * DAY; at < end; at += 30 * DAY) {
    const stopped = someTime(at, DAY, random);
    news.push(tell(stopped, 'stopped'), tell(stopped + random() * HOUR, 'running'));
  }
  return news;
}

/** Allocated for good in every other system, else for some weeks. */
function addressNews(vsysId: VsysId, { start, end }: Calendar, random: Random): readonly OracleNews[] {
  const address: PublicIpSpec = {
    id: publicIpIdOf(vsysId, 1),
    name: 'public',
    address: '203.0.113.9',
    server: null,
  };
  const begin = someTime(start, 10 * DAY, random);
  const tell = (at: number, state: 'ready' | 'gone') =>
    newsOf(address.id, vsysId, at, holdingsOf(address, state));
  const news = [tell(begin, 'ready')];
  return random() < 0.5 ? news : [...news, tell(someTime(begin, (end - begin) / 2, random), 'gone')];
}

function snapshotNews(vsysId: VsysId, { start, end }: Calendar, random: Random): readonly OracleNews[] {
  const news: OracleNews[] = [];
  let number = 0;
  for (let at = start + 7 * DAY; at < end - 3 * DAY; at += 14 * DAY) {
    number += 1;
    const id = snapshotIdOf(vsysId, number);
    const snapshot: SnapshotSpec = { id, name: `s${number}`, servers: [], withMemory: false };
    const begin = someTime(at, DAY, random);
    const size = 1 + Math.floor(random() * 40);
    news.push(
      newsOf(id, vsysId, begin, holdingsOf(snapshot, 'ready', size)),
      newsOf(id, vsysId, someTime(begin, 2 * DAY, random), holdingsOf(snapshot, 'gone')),
    );
  }
  return news;
}

/** One a day, kept for three. */
function backupNews(vsysId: VsysId, { start, end }: Calendar, random: Random): readonly OracleNews[] {
  const news: OracleNews[] = [];
  let number = 0;
  for (let at = start + 2 * DAY; at < end - 4 * DAY; at += DAY) {
    number += 1;
    const id = backupIdOf(vsysId, number);
    const backup: BackupSpec = {
      id,
      name: `b${number}`,
      source: vdiskIdOf(vsysId, 1),
      sizeGiB: 20,
      sr: SR,
    };
    const begin = someTime(at, HOUR, random);
    news.push(
      newsOf(id, vsysId, begin, holdingsOf(backup, 'ready')),
      newsOf(id, vsysId, begin + 3 * DAY + random() * HOUR, holdingsOf(backup, 'gone')),
    );
  }
  return news;
}

/** Uploaded in the first half of the year, some deleted in the second; they belong to no system. */
function imageNews({ start, end }: Calendar, random: Random): readonly OracleNews[] {
  const half = (end - start) / 2;
  return Array.from({ length: IMAGES }, (_, index) => {
    const image = `image-of-the-year-${index}`;
    const size = 4 + Math.floor(random() * 30);
    const held: readonly HoldingItem[] = [{ dimension: 'image-gib', product: IMAGE_PRODUCT, quantity: size }];
    const news = [newsOf(image, '', someTime(start, half, random), held)];
    return index % 2 === 0 ? news : [...news, newsOf(image, '', someTime(start + half, half, random), [])];
  }).flat();
}
