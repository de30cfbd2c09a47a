/**
 * Random specs and random observations of the same parts: nothing built, half built, drifted, with leftovers of older specs.
 * An observation is consistent in itself, as a pool is: NICs sit on VMs and on nets that exist, disks on VMs.
 */
import fc from 'fast-check';
import {
  backupIdOf,
  EXTERNAL_NET,
  hostUuid,
  isVNet,
  nicIdOf,
  snapshotIdOf,
  srUuid,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  vsysId,
  type BackupSpec,
  type DiskOrigin,
  type NicSpec,
  type Headroom,
  type ObservedDisk,
  type ObservedNet,
  type ObservedNic,
  type ObservedRescue,
  type ObservedServer,
  type ObservedVsys,
  type ServerTuning,
  type UntaggedKind,
  type VNetCarrier,
  type ReadinessSpec,
  type RescueSpec,
  type SnapshotSpec,
  type VDiskSpec,
  type VNetId,
  type VNetSpec,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';

export const VSYS = vsysId('ACME0001-7K2M9QXPA');
const SR = srUuid('00000000-0000-4000-8000-000000000001');
const HOST = hostUuid('00000000-0000-4000-8000-00000000000a');
const NETS = [0, 1, 2].map((n) => vnetIdOf(VSYS, `net${n}`));
const SERVERS = [1, 2, 3, 4, 5].map((n) => vserverIdOf(VSYS, n));
const DISKS = [1, 2, 3, 4].map((n) => vdiskIdOf(VSYS, n));
const DEVICES = [0, 1];
const BACKUPS = [1, 2, 3].map((n) => backupIdOf(VSYS, n));
const SNAPSHOTS = [1, 2].map((n) => snapshotIdOf(VSYS, n));

const vlan = fc.constantFrom(100, 101, 102);
const untagged = (kind: UntaggedKind) => ({ vlan: null, kind });
/** What carries a net; `null`: nothing yet. */
const carrier: fc.Arbitrary<VNetCarrier> = fc.oneof(
  { weight: 3, arbitrary: vlan.map((tag) => ({ vlan: tag })) },
  { weight: 1, arbitrary: fc.constantFrom(untagged('private'), untagged('tunnel')) },
);
const netMtu = fc.constantFrom({}, {}, { mtu: 1400 });
const size = fc.constantFrom(10, 20, 30);
const guestData = fc.constantFrom<Record<string, string>>({}, { hostname: 'a' }, { hostname: 'b', ip: '1' });
const macOf = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const address = fc.integer({ min: 1, max: 6 });
const mtu = fc.constantFrom(undefined, undefined, 9000);
/** Further addresses of a NIC. */
const more = fc.constantFrom<readonly string[]>([], [], ['203.0.113.1'], ['203.0.113.2', '203.0.113.1']);
const tuning = fc.constantFrom<ServerTuning | undefined>(
  undefined,
  undefined,
  { cpuWeight: 512 },
  { cpuCap: 50 },
);

const READINESS: ReadinessSpec = {
  gate: { kind: 'guest-agent' },
  timeoutSeconds: 60,
  delaySeconds: 1,
  onTimeout: 'fail',
};
const ready = fc.constantFrom<ReadinessSpec | undefined>(undefined, undefined, READINESS);
const readiness = fc.constantFrom<'in-time' | 'late' | undefined>(undefined, 'in-time', 'late');

/** Mostly none, because every one halts a server. */
const origin = fc.constantFrom<DiskOrigin | undefined>(
  undefined,
  undefined,
  { from: { backup: BACKUPS[0]! }, count: 1 },
  { from: { disk: DISKS[0]! }, count: 2 },
);

const priority = fc.constantFrom<number | undefined>(undefined, undefined, 0, 7);
const headroom = fc.constantFrom<Headroom | undefined>(
  undefined,
  undefined,
  { vcpus: 2, memoryMiB: 2048 },
  { vcpus: 4, memoryMiB: 4096 },
);
const rescue = fc.constantFrom<number | undefined>(undefined, undefined, undefined, 1, 2);
const seenRescue = fc.constantFrom<ObservedRescue | undefined>(
  undefined,
  undefined,
  { count: 1 },
  { count: 2, isPartial: true },
);

export interface Case {
  readonly spec: VsysSpec;
  readonly observed: ObservedVsys;
}

export const anySpec: fc.Arbitrary<VsysSpec> = fc
  .record({
    presence: fc.constantFrom('present' as const, 'present' as const, 'present' as const, 'absent' as const),
    nets: fc.subarray(NETS),
    carriers: fc.array(fc.tuple(carrier, netMtu), { minLength: 3, maxLength: 3 }),
    servers: fc.subarray(SERVERS),
    shapes: fc.array(serverShape(), { minLength: 5, maxLength: 5 }),
    disks: fc.subarray(DISKS),
    snapshots: fc.subarray(SNAPSHOTS),
    snapshotShapes: fc.array(fc.record({ members: fc.subarray(SERVERS), withMemory: fc.boolean() }), {
      minLength: 2,
      maxLength: 2,
    }),
    backups: fc.subarray(BACKUPS),
    backupSources: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
    diskShapes: fc.array(fc.record({ size, owner: fc.nat(), origin, priority }), {
      minLength: 4,
      maxLength: 4,
    }),
  })
  .map((r) => ({
    vsysId: VSYS,
    name: 'random',
    generation: 2,
    presence: r.presence,
    nets: r.nets.map((id, i): VNetSpec => ({
      id,
      name: `net${i}`,
      ...r.carriers[i]![0],
      ...r.carriers[i]![1],
      cidr: `10.0.${i}.0/24`,
    })),
    servers: r.servers.map((id, i): VServerSpec => serverSpec(id, r.shapes[i]!, r.nets)),
    disks: r.disks.map((id, i): VDiskSpec => {
      const { size: sizeGiB, owner, origin, priority } = r.diskShapes[i]!;
      return {
        id,
        name: `disk${i}`,
        sizeGiB,
        sr: SR,
        server: pickOrNull(r.servers, owner),
        ...given({ origin, priority }),
      };
    }),
    publicIps: [],
    ...given({ snapshots: r.snapshots.length > 0 ? snapshotsOf(r) : undefined }),
    ...given({ backups: r.presence === 'present' ? backupsOf(r) : undefined }),
  }));

interface BackupChoice {
  readonly servers: readonly VServerSpec['id'][];
  readonly disks: readonly VDiskSpec['id'][];
  readonly backups: readonly BackupSpec['id'][];
  readonly backupSources: readonly number[];
}

/** Of parts that are wanted. */
const backupsOf = ({ servers, disks, backups, backupSources }: BackupChoice): BackupSpec[] =>
  backups.flatMap((id, i) => {
    const source = pickOrNull([...servers, ...disks], backupSources[i]!);
    return source === null ? [] : [{ id, name: `backup${i}`, source, sizeGiB: 1, sr: SR }];
  });

interface SnapshotChoice {
  readonly servers: readonly VServerSpec['id'][];
  readonly snapshots: readonly SnapshotSpec['id'][];
  readonly snapshotShapes: readonly { members: readonly VServerSpec['id'][]; withMemory: boolean }[];
}

/** A snapshot may name servers that are gone, but never only such. */
const snapshotsOf = ({ servers, snapshots, snapshotShapes }: SnapshotChoice): SnapshotSpec[] =>
  snapshots.flatMap((id, i) => {
    const { members, withMemory } = snapshotShapes[i]!;
    const isTakeable = members.some((member) => servers.includes(member));
    return isTakeable ? [{ id, name: `snapshot${i}`, servers: members, withMemory }] : [];
  });

function serverShape() {
  return fc.record({
    kind: fc.constantFrom('server' as const, 'server' as const, 'firewall' as const),
    vcpus: fc.constantFrom(1, 2),
    power: fc.constantFrom(...(['running', 'running', 'running', 'stopped', 'suspended', 'paused'] as const)),
    stopMode: fc.constantFrom(undefined, undefined, 'hard' as const),
    configDrive: fc.option(fc.constantFrom(1, 2), { nil: undefined }),
    minMemoryMiB: fc.constantFrom(undefined, undefined, 512),
    headroom,
    revert: fc.option(fc.record({ to: fc.constantFrom(...SNAPSHOTS), count: fc.constantFrom(1, 2) }), {
      nil: undefined,
      freq: 2,
    }),
    tuning,
    ready,
    systemOrigin: origin,
    rescue,
    restarts: fc.nat({ max: 2 }),
    startOrder: fc.nat({ max: 2 }),
    guestData,
    nics: fc.array(fc.record({ on: fc.boolean(), net: fc.nat(), address, more, mtu }), {
      minLength: 2,
      maxLength: 2,
    }),
  });
}
type ServerShape = ReturnType<typeof serverShape> extends fc.Arbitrary<infer T> ? T : never;

function serverSpec(id: VServerSpec['id'], shape: ServerShape, nets: readonly VNetId[]): VServerSpec {
  const nics = DEVICES.flatMap((device): NicSpec[] => {
    const { on, net: n, address: a, more: alsoIpv4, mtu: size } = shape.nics[device]!;
    const choice = n % (nets.length + 1);
    const net = choice === nets.length ? EXTERNAL_NET : nets[choice]!;
    if (!on || (net === EXTERNAL_NET && n % 3 !== 0)) return [];
    const nic: NicSpec = { id: nicIdOf(id, device), device, net, mac: macOf(a), ipv4: `10.0.0.${a}` };
    return [
      {
        ...nic,
        ...given({
          alsoIpv4: alsoIpv4.length > 0 ? alsoIpv4 : undefined,
          ipv6: a % 3 === 0 ? `fd00::${a}` : undefined,
          mtu: size,
        }),
      },
    ];
  });
  return {
    id,
    name: id.slice(-6).toLowerCase(),
    role: 'role',
    kind: shape.kind,
    type: 'standard',
    vcpus: shape.vcpus,
    memoryMiB: shape.vcpus * 1024,
    image: 'debian',
    systemDiskGiB: 4,
    power: shape.power,
    restarts: shape.restarts,
    startOrder: shape.startOrder,
    nics,
    guestData: shape.guestData,
    ...given({
      stopMode: shape.stopMode,
      minMemoryMiB: shape.minMemoryMiB,
      headroom: shape.headroom,
      tuning: shape.tuning,
      ready: shape.ready,
      revert: shape.revert,
      systemOrigin: shape.systemOrigin,
    }),
    ...(shape.configDrive === undefined ? {} : { configDrive: { files: {}, version: shape.configDrive } }),
    ...(shape.rescue === undefined ? {} : { rescue: rescueSpec(shape.rescue, shape.configDrive) }),
  };
}

/** It has a drive when the server has one, and another one. */
const rescueSpec = (count: number, own: number | undefined): RescueSpec => ({
  image: 'rescue',
  count,
  ...(own === undefined ? {} : { drive: { files: {}, version: own + 2 } }),
});

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };
/** Without what is undefined. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** Each part is missing, exactly as wanted, or anything. `wanted` is undefined for parts that the spec does not know. */
const fate = fc.constantFrom('missing' as const, 'exact' as const, 'exact' as const, 'random' as const);

/** What alone differs on a server that otherwise is as wanted. */
const drift = fc.constantFrom(
  ...([
    'none',
    'none',
    'power',
    'size',
    'restarts',
    'guestData',
    'restarts and guestData',
    'tuning',
    'origin',
    'drive',
    'rescue',
    'headroom',
  ] as const),
);

function observedOf(target: VsysSpec): fc.Arbitrary<ObservedVsys> {
  return fc
    .record({
      nets: fc.array(fc.record({ fate, carrier: fc.option(carrier), mtu: netMtu }), {
        minLength: 3,
        maxLength: 3,
      }),
      servers: fc.array(fc.record({ fate, vm: observedServer(), drift }), { minLength: 5, maxLength: 5 }),
      disks: fc.array(
        fc.record({
          fate,
          size,
          holder: fc.nat(),
          online: fc.boolean(),
          filled: fc.constantFrom(undefined, 1, 2),
          priority,
        }),
        {
          minLength: 4,
          maxLength: 4,
        },
      ),
      snapshots: fc.array(fc.record({ on: fc.boolean(), servers: fc.subarray(SERVERS) }), {
        minLength: 2,
        maxLength: 2,
      }),
      backups: fc.subarray(BACKUPS),
      partial: fc.boolean(),
      nics: fc.array(fc.record({ fate, net: fc.nat(), address, more }), { minLength: 10, maxLength: 10 }),
    })
    .map((r) => {
      const nets = NETS.flatMap((id, i) => netOf(target, id, r.nets[i]!));
      const servers = SERVERS.flatMap((id, i) => serverOf(target, id, r.servers[i]!));
      const vms = servers.filter(({ stage }) => stage !== 'remains').map(({ id }) => id);
      const netIds = nets.map(({ id }) => id);
      const nics = SERVERS.flatMap((id, i) =>
        DEVICES.flatMap((device) => nicOf(target, id, device, netIds, r.nics[i * 2 + device]!)),
      ).filter(({ server }) => vms.includes(server));
      const disks = DISKS.flatMap((id, i): ObservedDisk[] => {
        const { fate: f, size: sizeGiB, holder, online, filled, priority: seenPriority } = r.disks[i]!;
        const wanted = target.disks.find((disk) => disk.id === id);
        const most = wanted?.origin?.count;
        const fills = most === undefined ? {} : given({ origin: f === 'exact' ? most : filled });
        const can = { ...(online ? { growsOnline: true as const } : {}), ...fills };
        if (f === 'missing' || (f === 'exact' && !wanted)) return [];
        if (f === 'random' || !wanted)
          return [seenDisk({ id, sizeGiB, attachedTo: pickOrNull(vms, holder), ...can }, seenPriority)];
        const attachedTo = wanted.server !== null && vms.includes(wanted.server) ? wanted.server : null;
        return [seenDisk({ id, sizeGiB: wanted.sizeGiB, attachedTo, ...can }, wanted.priority)];
      });
      const snapshots = SNAPSHOTS.flatMap((id, i) =>
        r.snapshots[i]!.on ? [{ id, servers: r.snapshots[i]!.servers }] : [],
      );
      return {
        nets,
        servers,
        disks,
        nics,
        ...given({ snapshots: snapshots.length > 0 ? snapshots : undefined }),
        ...given({
          backups:
            r.backups.length > 0
              ? r.backups.map((id) => ({ id, ...(r.partial ? { isPartial: true as const } : {}) }))
              : undefined,
        }),
      };
    });
}

/** Only one that is attached has a priority. */
const seenDisk = (disk: ObservedDisk, seenPriority: number | undefined): ObservedDisk =>
  disk.attachedTo === null ? disk : { ...disk, ...given({ priority: seenPriority }) };

type Fate = 'missing' | 'exact' | 'random';

function netOf(
  target: VsysSpec,
  id: VNetId,
  r: { fate: Fate; carrier: VNetCarrier | null; mtu: { mtu?: number } },
): ObservedNet[] {
  const wanted = target.nets.find((net) => net.id === id);
  if (r.fate === 'missing' || (r.fate === 'exact' && !wanted)) return [];
  if (r.fate === 'random' || !wanted) return [{ id, ...(r.carrier ?? { vlan: null }), ...r.mtu }];
  const { vlan: tag, kind, mtu: size } = wanted;
  return [{ id, vlan: tag, ...(kind ? { kind } : {}), ...(size ? { mtu: size } : {}) }];
}

type SeenVm = ReturnType<typeof observedServer> extends fc.Arbitrary<infer T> ? T : never;
function observedServer() {
  return fc.record({
    stage: fc.constantFrom(
      'cloned' as const,
      'configured' as const,
      'configured' as const,
      'remains' as const,
    ),
    power: fc.constantFrom('halted' as const, 'running' as const, 'paused' as const, 'suspended' as const),
    vcpus: fc.constantFrom(0, 1, 2),
    memoryMiB: fc.constantFrom(0, 1024, 2048),
    restarts: fc.nat({ max: 3 }),
    guestData,
    guestReady: fc.boolean(),
    configDrive: fc.constantFrom(
      ...([undefined, 'inserted', 'read', 'removed'] as const).map((stage) =>
        stage === undefined ? undefined : { version: 1, stage },
      ),
    ),
    minMemoryMiB: fc.constantFrom(undefined, 512),
    headroom,
    tuning,
    readiness,
    rescue: seenRescue,
  });
}

function serverOf(
  target: VsysSpec,
  id: VServerSpec['id'],
  r: { fate: Fate; vm: SeenVm; drift: string },
): ObservedServer[] {
  const wanted = target.servers.find((server) => server.id === id);
  if (r.fate === 'missing' || (r.fate === 'exact' && !wanted)) return [];
  const power = r.vm.stage === 'remains' ? 'halted' : r.vm.power;
  const host = power === 'running' || power === 'paused' ? HOST : null;
  const {
    configDrive: drive,
    minMemoryMiB,
    tuning: tuned,
    readiness: noted,
    rescue: inRescue,
    headroom: room,
    ...vm
  } = r.vm;
  // Only what has booted was waited for.
  const waited = (now: string) => (now === 'running' || now === 'paused' ? noted : undefined);
  // Only a running guest has read its drive.
  const stageOf = (now: string) => (drive?.stage === 'read' && now !== 'running' ? 'inserted' : drive?.stage);
  const driveIn = (now: string) => (drive === undefined ? undefined : { ...drive, stage: stageOf(now)! });
  if (r.fate === 'random' || !wanted) {
    const seen =
      r.vm.stage === 'remains'
        ? {}
        : given({
            configDrive: driveIn(power),
            minMemoryMiB,
            headroom: room,
            tuning: tuned,
            readiness: waited(power),
            rescue: r.vm.stage === 'configured' ? inRescue : undefined,
          });
    return [{ ...vm, ...seen, id, power, host }];
  }
  const drifted = (field: string): boolean => r.drift.includes(field);
  const rest = wanted.power === 'stopped' ? 'halted' : wanted.power;
  const up = drifted('power') ? power : rest;
  const wantedDrive = wanted.rescue ? wanted.rescue.drive : wanted.configDrive;
  const removed = wantedDrive && { version: wantedDrive.version ?? 0, stage: 'removed' as const };
  return [
    {
      id,
      stage: 'configured',
      power: up,
      vcpus: drifted('size') ? r.vm.vcpus : wanted.vcpus,
      memoryMiB: wanted.memoryMiB,
      restarts: drifted('restarts') ? r.vm.restarts : wanted.restarts,
      guestData: drifted('guestData') ? r.vm.guestData : wanted.guestData,
      host: up === 'running' || up === 'paused' ? HOST : null,
      guestReady: up === 'running',
      ...given({
        configDrive: drifted('drive') ? driveIn(up) : removed,
        minMemoryMiB: wanted.minMemoryMiB,
        headroom: drifted('headroom') ? room : wanted.headroom,
        tuning: drifted('tuning') ? tuned : wanted.tuning,
        readiness: waited(up),
        rescue: drifted('rescue') ? inRescue : wanted.rescue && { count: wanted.rescue.count },
        systemOrigin: drifted('origin') ? undefined : wanted.systemOrigin?.count,
      }),
    },
  ];
}

function nicOf(
  target: VsysSpec,
  server: VServerSpec['id'],
  device: number,
  nets: readonly VNetId[],
  r: { fate: Fate; net: number; address: number; more: readonly string[] },
): ObservedNic[] {
  const id = nicIdOf(server, device);
  const wanted = target.servers.find((s) => s.id === server)?.nics.find((nic) => nic.id === id);
  if (r.fate === 'missing' || (r.fate === 'exact' && !wanted)) return [];
  const anyNet = nets[r.net % (nets.length + 1)] ?? EXTERNAL_NET;
  const net = r.fate === 'exact' && wanted ? wanted.net : anyNet;
  if (isVNet(net) && !nets.includes(net)) return [];
  const also = given({ alsoIpv4: r.more.length > 0 ? r.more : undefined });
  const seen = { mac: macOf(r.address), ipv4: `10.0.0.${r.address}`, ...also };
  if (r.fate !== 'exact' || !wanted) return [{ id, server, net, ...seen }];
  const { mac, ipv4, ipv6, alsoIpv4, mtu: size } = wanted;
  // An exact one may have other addresses.
  const addresses =
    r.address === 1
      ? { ipv4: '10.0.0.9', ...also }
      : { ipv4, ...given({ alsoIpv4, ipv6: r.address === 2 ? undefined : ipv6 }) };
  return [{ id, server, net, mac, ...addresses, ...given({ mtu: size }) }];
}

function pickOrNull<T>(from: readonly T[], n: number): T | null {
  return from[n % (from.length + 1)] ?? null;
}

/** A spec with any observation. */
export const anyCase: fc.Arbitrary<Case> = anySpec.chain((s) =>
  observedOf(s).map((observed) => ({ spec: s, observed })),
);

/** A number that picks among choices made while the case runs; shrinks to the first choice. */
export const choices: fc.Arbitrary<(bound: number) => number> = fc
  .array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 })
  .map((numbers) => {
    let next = 0;
    return (bound) => numbers[next++ % numbers.length]! % Math.max(1, bound);
  });
