/** Cases that a person thinks of, one after the other; the laws beside this file cover the rest. */
import { describe, expect, it } from 'vitest';
import {
  ACTION_KINDS,
  EMPTY_OBSERVED,
  actionKey,
  areCompatible,
  hostUuid,
  locksOf,
  namesOf,
  nextActions,
  nicIdOf,
  backupIdOf,
  snapshotIdOf,
  predict,
  preview,
  srUuid,
  titleOf,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  withRestartOfAll,
  type Action,
  type ObservedVsys,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import { VSYS } from './arbitrary-world.js';

const NET = vnetIdOf(VSYS, 'dmz');
const DB_DISK = vdiskIdOf(VSYS, 1);
const HOST = hostUuid('00000000-0000-4000-8000-00000000000a');

function server(n: number, name: string, startOrder: number, more: Partial<VServerSpec> = {}): VServerSpec {
  const id = vserverIdOf(VSYS, n);
  const nic = { id: nicIdOf(id, 0), device: 0, net: NET, mac: `02:00:00:00:00:0${n}`, ipv4: `10.0.0.${n}` };
  return {
    id,
    name,
    role: name,
    kind: 'server',
    type: 'standard.small',
    vcpus: 1,
    memoryMiB: 2048,
    image: 'debian-13',
    systemDiskGiB: 4,
    power: 'running',
    restarts: 0,
    startOrder,
    nics: [nic],
    guestData: { hostname: name },
    ...more,
  };
}

const SPEC: VsysSpec = {
  vsysId: VSYS,
  name: 'shop',
  generation: 1,
  presence: 'present',
  nets: [{ id: NET, name: 'dmz', vlan: 100, cidr: '10.0.0.0/24' }],
  servers: [server(3, 'web', 2), server(2, 'db', 1), server(1, 'fw', 9, { kind: 'firewall' })],
  disks: [
    {
      id: DB_DISK,
      name: 'data',
      sizeGiB: 20,
      sr: srUuid('00000000-0000-4000-8000-000000000001'),
      server: vserverIdOf(VSYS, 2),
    },
  ],
  publicIps: [],
};
const [WEB, DB, FW] = [3, 2, 1].map((n) => vserverIdOf(VSYS, n)) as [
  VServerSpec['id'],
  VServerSpec['id'],
  VServerSpec['id'],
];

const keys = (actions: readonly Action[]): string[] => actions.map((a) => `${a.kind} ${a.part.slice(19)}`);
const finish = (spec: VsysSpec, from: ObservedVsys): ObservedVsys =>
  preview(spec, from).steps.reduce((now, { action }) => predict(now, action), from);
const RUNNING = finish(SPEC, EMPTY_OBSERVED);
const changed = (id: string, change: Partial<VServerSpec>): VsysSpec => ({
  ...SPEC,
  servers: SPEC.servers.map((s) => (s.id === id ? { ...s, ...change } : s)),
});
const steps = (spec: VsysSpec, from: ObservedVsys): string[] =>
  keys(preview(spec, from).steps.map((s) => s.action));

describe('a new system', () => {
  it('begins with nets and disks and clones, EFMs first, then by start order', () => {
    expect(keys(nextActions(SPEC, EMPTY_OBSERVED))).toEqual([
      'vnet.create N-DMZ',
      'vserver.clone S-0001',
      'vserver.clone S-0002',
      'vdisk.create D-0001',
      'vserver.clone S-0003',
    ]);
  });

  it('is planned with titles, dependencies, waves and times', () => {
    const plan = preview(SPEC, EMPTY_OBSERVED, { estimates: { 'vserver.start': 1_000 } });
    const start = (id: string) => plan.steps.find((step) => step.id === `vserver.start:${id}`)!;
    expect(plan.totalSteps).toBe(15);
    expect(start(DB)).toMatchObject({
      title: 'Start VServer db',
      wave: 2,
      estimateMs: 1_000,
      dependsOn: [`vserver.configure:${DB}`, `nic.create:${DB}-E-0`, `vdisk.attach:${DB_DISK}`],
    });
    expect(start(WEB).dependsOn).toContain(`vserver.start:${DB}`);
    // The firewall has the highest start order here: it waits for web, and through web for db.
    expect(start(FW).dependsOn).toContain(`vserver.start:${WEB}`);
    expect(start(FW).dependsOn).not.toContain(`vserver.start:${DB}`);
    expect(plan.estimateMs).toBe(start(FW).startsAtMs + 1_000);
  });

  it('is estimated with clones of one image one after the other', () => {
    const estimates = { 'vserver.clone': 10_000 };
    const begins = preview(SPEC, EMPTY_OBSERVED, { estimates })
      .steps.filter(({ action }) => action.kind === 'vserver.clone')
      .map(({ startsAtMs }) => startsAtMs);
    expect(begins).toEqual([0, 10_000, 20_000]);
    const other = changed(DB, { image: 'ubuntu-24.04' });
    const two = preview(other, EMPTY_OBSERVED, { estimates }).steps.filter(
      (s) => s.action.kind === 'vserver.clone',
    );
    expect(two.map(({ startsAtMs }) => startsAtMs)).toEqual([0, 0, 10_000]);
  });

  it('takes up where a crash left it', () => {
    const half = nextActions(SPEC, EMPTY_OBSERVED).slice(0, 2).reduce(predict, EMPTY_OBSERVED);
    expect(steps(SPEC, half)).not.toContain('vserver.clone S-0001');
    expect(finish(SPEC, half)).toEqual(expect.objectContaining({ nets: RUNNING.nets }));
  });
});

describe('changes', () => {
  it('of the type halt, configure and start only that server', () => {
    expect(steps(changed(WEB, { vcpus: 4 }), RUNNING)).toEqual([
      'vserver.stop S-0003',
      'vserver.configure S-0003',
      'vserver.start S-0003',
    ]);
  });

  it('of guest data happen while the server runs, before a restart that was asked for', () => {
    expect(steps(changed(WEB, { guestData: { hostname: 'new' }, restarts: 1 }), RUNNING)).toEqual([
      'vserver.configure S-0003',
      'vserver.restart S-0003',
    ]);
  });

  it('of a restart counter reach a stopped server without a boot', () => {
    const stopped = changed(WEB, { power: 'stopped' });
    const down = finish(stopped, RUNNING);
    expect(steps(changed(WEB, { power: 'stopped', restarts: 1 }), down)).toEqual([
      'vserver.configure S-0003',
    ]);
  });

  it('of a disk in use halt its server, grow it and start again', () => {
    const bigger = { ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, sizeGiB: 40 })) };
    expect(steps(bigger, RUNNING)).toEqual([
      'vserver.stop S-0002',
      'vdisk.resize D-0001',
      'vserver.start S-0002',
    ]);
  });

  it('of a disk that can grow in use leave its server running', () => {
    const disks = RUNNING.disks.map((disk) => ({ ...disk, growsOnline: true as const }));
    const bigger = { ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, sizeGiB: 40 })) };
    expect(steps(bigger, { ...RUNNING, disks })).toEqual(['vdisk.resize D-0001']);
  });

  it('leave a disk alone that is larger than wanted', () => {
    const smaller = { ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, sizeGiB: 10 })) };
    expect(nextActions(smaller, RUNNING)).toEqual([]);
  });

  it('move a disk between running servers without halting either', () => {
    const moved = { ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, server: WEB })) };
    expect(steps(moved, RUNNING)).toEqual(['vdisk.detach D-0001', 'vdisk.attach D-0001']);
  });

  it('of an address are made while the NIC stays plugged', () => {
    const spec = changed(WEB, { nics: SPEC.servers[0]!.nics.map((nic) => ({ ...nic, ipv4: '10.0.0.77' })) });
    expect(steps(spec, RUNNING)).toEqual(['nic.configure S-0003-E-0']);
  });

  it('of what is fixed when a NIC is made replace it', () => {
    const spec = changed(WEB, { nics: SPEC.servers[0]!.nics.map((nic) => ({ ...nic, mtu: 9000 })) });
    expect(steps(spec, RUNNING)).toEqual(['nic.destroy S-0003-E-0', 'nic.create S-0003-E-0']);
  });

  it('of a net wait for the snapshots with memory that hold it, which go first when they are not wanted', () => {
    const id = snapshotIdOf(VSYS, 1);
    const held = { ...RUNNING, snapshots: [{ id, servers: [WEB], holdsNets: [NET] }] };
    const other = { ...SPEC, nets: SPEC.nets.map((net) => ({ ...net, vlan: 101 })) };
    const order = steps(other, held);
    expect(order.indexOf('snapshot.destroy X-0001')).toBeGreaterThanOrEqual(0);
    expect(order.indexOf('snapshot.destroy X-0001')).toBeLessThan(order.indexOf('vnet.destroy N-DMZ'));
    expect(steps(SPEC, held)).toEqual(['snapshot.destroy X-0001']);
  });

  it('of what only a running server takes wake one that rests, and put it to rest again', () => {
    const suspended = changed(WEB, { power: 'suspended' });
    expect(steps(suspended, RUNNING)).toEqual(['vserver.suspend S-0003']);
    const asleep = finish(suspended, RUNNING);
    const addressed = changed(WEB, {
      power: 'suspended',
      nics: SPEC.servers[0]!.nics.map((nic) => ({ ...nic, ipv4: '10.0.0.77' })),
    });
    expect(steps(addressed, asleep)).toEqual([
      'vserver.start S-0003',
      'nic.configure S-0003-E-0',
      'vserver.suspend S-0003',
    ]);
    expect(steps(changed(WEB, { power: 'paused' }), asleep)).toEqual([
      'vserver.start S-0003',
      'vserver.pause S-0003',
    ]);
  });

  it('give a server its config drive before it boots, and take it away when the guest has read it', () => {
    const withDrive = changed(WEB, { configDrive: { files: { 'user-data': 'x' }, version: 1 } });
    const built = steps(withDrive, EMPTY_OBSERVED).filter((step) => step.endsWith('S-0003'));
    expect(built.indexOf('config-drive.insert S-0003')).toBeLessThan(built.indexOf('vserver.start S-0003'));
    const up = finish(withDrive, EMPTY_OBSERVED);
    expect(steps(withDrive, up)).toEqual([]);
    const read = up.servers.map((vm) =>
      vm.id === WEB ? { ...vm, configDrive: { version: 1, stage: 'read' as const } } : vm,
    );
    expect(steps(withDrive, { ...up, servers: read })).toEqual(['config-drive.remove S-0003']);
  });

  it('that remove a server power it off, keep its wanted disk and do not touch others', () => {
    const spec = {
      ...SPEC,
      servers: SPEC.servers.filter(({ id }) => id !== DB),
      disks: SPEC.disks.map((disk) => ({ ...disk, server: null })),
    };
    expect(preview(spec, RUNNING).steps[0]!.action).toMatchObject({ kind: 'vserver.stop', mode: 'hard' });
    expect(steps(spec, RUNNING)).toEqual(['vserver.stop S-0002', 'vserver.destroy S-0002']);
    expect(finish(spec, RUNNING).disks).toEqual([{ id: DB_DISK, sizeGiB: 20, attachedTo: null }]);
  });
});

describe('stopping and removing all', () => {
  it('stops cleanly in reverse start order', () => {
    const stopped = { ...SPEC, servers: SPEC.servers.map((s) => ({ ...s, power: 'stopped' as const })) };
    const plan = preview(stopped, RUNNING);
    expect(keys(plan.steps.map((s) => s.action))).toEqual([
      'vserver.stop S-0001',
      'vserver.stop S-0003',
      'vserver.stop S-0002',
    ]);
    expect(plan.steps.map((s) => s.wave)).toEqual([0, 1, 2]);
    expect(plan.steps.every(({ action }) => action.kind === 'vserver.stop' && action.mode === 'clean')).toBe(
      true,
    );
  });

  it('leaves nothing behind when the system shall be absent', () => {
    expect(finish({ ...SPEC, presence: 'absent' }, RUNNING)).toEqual(EMPTY_OBSERVED);
  });

  it('also removes the disk that a lost VM left, and makes a wanted server anew', () => {
    const remains = RUNNING.servers.map((vm) =>
      vm.id === WEB ? { ...vm, stage: 'remains' as const, power: 'halted' as const } : vm,
    );
    const broken = { ...RUNNING, servers: remains, nics: RUNNING.nics.filter((nic) => nic.server !== WEB) };
    expect(steps(SPEC, broken)).toEqual([
      'vserver.destroy S-0003',
      'vserver.clone S-0003',
      'vserver.configure S-0003',
      'nic.create S-0003-E-0',
      'vserver.start S-0003',
    ]);
  });
});

describe('drift', () => {
  const withPower = (power: 'halted' | 'paused' | 'suspended'): ObservedVsys => ({
    ...RUNNING,
    servers: RUNNING.servers.map((vm) => (vm.id === DB ? { ...vm, power } : vm)),
  });

  it.each(['halted', 'paused', 'suspended'] as const)('brings a %s server back', (power) => {
    expect(steps(SPEC, withPower(power))).toEqual(['vserver.start S-0002']);
  });

  it('completes a net whose VLAN is not on every host', () => {
    expect(steps(SPEC, { ...RUNNING, nets: [{ id: NET, vlan: null }] })).toEqual(['vnet.create N-DMZ']);
  });

  it('does not see where a server runs or whether its guest has reported', () => {
    const servers = RUNNING.servers.map((vm) => ({ ...vm, host: HOST, guestReady: true }));
    expect(nextActions(SPEC, { ...RUNNING, servers })).toEqual([]);
  });
});

describe('locks', () => {
  const of = (from: ObservedVsys, spec: VsysSpec, key: string): Action =>
    preview(spec, from).steps.find((step) => step.id === key)!.action;
  const up = (key: string): Action => of(EMPTY_OBSERVED, SPEC, key);
  const down = (key: string): Action => of(RUNNING, { ...SPEC, presence: 'absent' }, key);

  it.each([
    [
      'a NIC is made',
      'its server is configured',
      up(`nic.create:${WEB}-E-0`),
      up(`vserver.configure:${WEB}`),
      true,
    ],
    [
      'a NIC is made',
      'its server is started',
      up(`nic.create:${WEB}-E-0`),
      up(`vserver.start:${WEB}`),
      false,
    ],
    ['a NIC is made', 'its net is removed', up(`nic.create:${WEB}-E-0`), down(`vnet.destroy:${NET}`), false],
    [
      'a NIC is made',
      'its server is removed',
      up(`nic.create:${WEB}-E-0`),
      down(`vserver.destroy:${WEB}`),
      false,
    ],
    [
      'a disk is attached',
      'its server is stopped',
      up(`vdisk.attach:${DB_DISK}`),
      down(`vserver.stop:${DB}`),
      false,
    ],
    [
      'a disk is attached',
      'it is removed',
      up(`vdisk.attach:${DB_DISK}`),
      down(`vdisk.destroy:${DB_DISK}`),
      false,
    ],
    [
      'a server is configured',
      'it is started',
      up(`vserver.configure:${WEB}`),
      up(`vserver.start:${WEB}`),
      false,
    ],
    [
      'a server is started',
      'another is started',
      up(`vserver.start:${WEB}`),
      up(`vserver.start:${DB}`),
      true,
    ],
  ])('while %s, %s: %#', (_, __, a, b, together) => {
    expect(areCompatible(locksOf(a), locksOf(b))).toBe(together);
    expect(areCompatible(locksOf(b), locksOf(a))).toBe(together);
  });
});

describe('while a server is brought back to a snapshot', () => {
  it('no empty disk takes the place of one that is out of sight', () => {
    const snapshot = { id: snapshotIdOf(VSYS, 1), name: 'before', servers: [WEB, DB], withMemory: false };
    const withSnapshot = { ...SPEC, snapshots: [snapshot] };
    const before = finish(withSnapshot, EMPTY_OBSERVED);
    const reverted = { ...changed(DB, { revert: { to: snapshot.id, count: 1 } }), snapshots: [snapshot] };
    const between = { ...before, disks: [] };
    const due = nextActions(reverted, between).map(({ kind }) => kind);
    expect(due).toContain('vserver.revert');
    expect(due).not.toContain('vdisk.create');
    expect(nextActions(withSnapshot, between).map(({ kind }) => kind)).toContain('vdisk.create');
  });
});

const READY = {
  gate: { kind: 'tcp', port: 5432 },
  timeoutSeconds: 60,
  delaySeconds: 10,
  onTimeout: 'fail',
} as const;

describe('a server that others wait for', () => {
  const first = changed(DB, { ready: READY, startOrder: 0 });
  const spec = {
    ...first,
    servers: first.servers.map((each) => (each.id === DB ? each : { ...each, startOrder: 1 })),
  };

  it('lets those after it start when it is ready, not when it runs', () => {
    const { steps } = preview(spec, EMPTY_OBSERVED);
    const step = (id: string) => steps.find((each) => each.id === id)!;
    expect(step(`vserver.await:${DB}`).dependsOn).toContain(`vserver.start:${DB}`);
    expect(step(`vserver.start:${WEB}`).dependsOn).toContain(`vserver.await:${DB}`);
    // The pause is in the plan's time from the beginning; a boot comes first.
    expect(step(`vserver.await:${DB}`).estimateMs).toBeGreaterThan(READY.delaySeconds * 1_000);
  });

  const awaiting = (wanted: VsysSpec) =>
    preview(wanted, EMPTY_OBSERVED).steps.find(({ id }) => id === `vserver.await:${DB}`)!;
  const withFirewall = (change: Partial<VServerSpec>): VsysSpec => ({
    ...spec,
    servers: spec.servers.map((each) => (each.id === FW ? { ...each, startOrder: 0, ...change } : each)),
  });

  it('is asked by an appliance in its network that is up by then', () => {
    const { action, title } = awaiting(withFirewall({}));
    expect(action).toMatchObject({ probe: { appliances: [FW], address: '10.0.0.2', port: 5432 } });
    expect(title).toBe(
      `Wait until TCP port 5432 of VServer db answers fw (at most 60 s, then fail), and 10 s more`,
    );
  });

  it.each<[string, Partial<VServerSpec>]>([
    ['starts later', { startOrder: 1 }],
    ['shall not run', { power: 'stopped' }],
    ['is in other networks', { nics: [] }],
    ['is none', { kind: 'server' }],
  ])('is waited for by its guest agent when the appliance %s, and says so', (_what, change) => {
    const { action, title } = awaiting(withFirewall(change));
    expect(action).not.toHaveProperty('probe');
    expect(title).toContain('guest agent');
    expect(title).toContain('at most 60 s, then fail');
    expect(title).toContain('no appliance can ask TCP port 5432');
  });

  it('is restarted before those after it, which wait until it is ready again', () => {
    const before = finish(spec, EMPTY_OBSERVED);
    const again = withRestartOfAll(spec);
    const { steps } = preview(again, before);
    const dependsOn = (id: string) => steps.find((each) => each.id === id)!.dependsOn;
    expect(nextActions(again, before).map((each) => `${each.kind}:${each.part}`)).toEqual([
      `vserver.restart:${DB}`,
    ]);
    expect(dependsOn(`vserver.await:${DB}`)).toContain(`vserver.restart:${DB}`);
    expect(dependsOn(`vserver.restart:${WEB}`)).toContain(`vserver.await:${DB}`);
    // One alone waits for nobody.
    const alone = { ...spec, servers: spec.servers.map((s) => (s.id === WEB ? { ...s, restarts: 1 } : s)) };
    expect(nextActions(alone, before).map(({ kind }) => kind)).toEqual(['vserver.restart']);
  });

  it('is waited for again after it was restarted, and once only', () => {
    const before = finish(spec, EMPTY_OBSERVED);
    expect(nextActions(spec, before)).toEqual([]);
    const again = {
      ...spec,
      servers: spec.servers.map((each) => ({ ...each, restarts: each.restarts + 1 })),
    };
    const plan = preview(again, before).steps.map(({ id }) => id);
    expect(plan.filter((id) => id.startsWith('vserver.await'))).toEqual([`vserver.await:${DB}`]);
  });
});

describe('words', () => {
  it('call every part of every kind of action by its name', () => {
    const before = finish(changed(WEB, { restarts: 0 }), EMPTY_OBSERVED);
    const snapshot = { id: snapshotIdOf(VSYS, 1), name: 'before', servers: [WEB, DB], withMemory: false };
    const withSnapshot = { ...SPEC, snapshots: [snapshot] };
    const reverted = {
      ...changed(WEB, { revert: { to: snapshot.id, count: 1 } }),
      snapshots: [snapshot],
    };
    const backup = { id: backupIdOf(VSYS, 1), name: 'monday', source: DB, sizeGiB: 4, sr: SPEC.disks[0]!.sr };
    const withBackup = { ...SPEC, backups: [backup] };
    const plans = [
      preview(withBackup, before),
      preview(SPEC, finish(withBackup, before), { previous: withBackup }),
      preview(
        { ...changed(WEB, { systemOrigin: { from: { backup: backup.id }, count: 2 } }), backups: [backup] },
        finish(withBackup, before),
      ),
      preview(SPEC, EMPTY_OBSERVED),
      preview({ ...SPEC, presence: 'absent' }, before, { previous: SPEC }),
      preview(changed(WEB, { restarts: 1 }), before),
      preview({ ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, sizeGiB: 40 })) }, before),
      preview({ ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, server: null })) }, before),
      preview({ ...SPEC, disks: SPEC.disks.map((disk) => ({ ...disk, priority: 2 })) }, before),
      preview(changed(WEB, { nics: [] }), before),
      preview(
        changed(WEB, { nics: SPEC.servers[0]!.nics.map((nic) => ({ ...nic, ipv4: '10.0.0.77' })) }),
        before,
      ),
      preview(withSnapshot, before),
      preview(SPEC, finish(withSnapshot, before), { previous: withSnapshot }),
      preview(reverted, finish(withSnapshot, before)),
      preview(changed(WEB, { power: 'paused' }), before),
      preview(changed(WEB, { power: 'suspended' }), before),
      preview(changed(WEB, { ready: READY }), before),
      preview(changed(WEB, { configDrive: { files: {} } }), EMPTY_OBSERVED),
      preview(changed(WEB, { rescue: { image: 'mender', count: 2 } }), before),
      preview(SPEC, finish(changed(WEB, { rescue: { image: 'mender', count: 2 } }), before)),
      preview(SPEC, finish(changed(WEB, { configDrive: { files: {} } }), EMPTY_OBSERVED)),
    ];
    const seen = new Set(plans.flatMap(({ steps: all }) => all.map(({ action }) => action.kind)));
    expect([...seen].toSorted()).toEqual(ACTION_KINDS.toSorted());
    for (const { title, id } of plans.flatMap(({ steps: all }) => all)) {
      expect(title).toMatch(/^[A-Z][a-z]+ /);
      if (!id.startsWith('nic.destroy')) expect(title).not.toContain(VSYS);
    }
  });

  it('fall back to the id without names', () => {
    const action = nextActions(SPEC, EMPTY_OBSERVED)[1]!;
    expect(titleOf(action)).toBe(`Clone debian-13 for VServer ${FW}`);
    expect(titleOf(action, namesOf(SPEC))).toBe('Clone debian-13 for VServer fw');
    expect(actionKey(action)).toBe(`vserver.clone:${FW}`);
  });
});
