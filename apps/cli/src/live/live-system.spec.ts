import type { OperationView, VsysDetailView } from '@openvsys/api-client';
import { describe, expect, it } from 'vitest';
import { NO_COLORS } from '../output/colors.js';
import { renderTree } from '../output/tree.js';
import { frameOf, type Frame } from './frames.js';
import { renderLivePicture } from './live-picture.js';
import { LiveSystem } from './live-system.js';
import { treeOfVsys } from './vsys-tree.js';

const part = { vsysId: 'V', reason: null };
const VSYS: VsysDetailView = {
  id: 'DEMO0001-7K2M9QXPA',
  name: 'shop',
  organizationId: 'o',
  vdcId: 'v',
  phase: 'provisioning',
  generation: 1,
  observedGeneration: 0,
  descriptor: { name: 'three-tier', version: '1.0.0' },
  createdAt: '2026-11-23T10:00:00Z',
  changedAt: '2026-11-23T10:00:00Z',
  deletedAt: null,
  purgeAt: null,
  externalId: null,
  tags: {},
  protected: false,
  expiresAt: null,
  parameters: {},
  conditions: [],
  problem: null,
  price: { currency: 'EUR', perHour: '0.1', perMonth: '73', unpriced: [] },
  vservers: [
    {
      ...part,
      id: 'S-1',
      name: 'db',
      state: 'planned',
      kind: 'server',
      role: 'db',
      type: 'standard.small',
      vcpus: 1,
      memoryMiB: 1024,
      image: 'debian-13',
      systemDiskGiB: 4,
      power: 'running',
      headroomVcpus: null,
      headroomMemoryMiB: null,
      rescue: null,
      host: null,
      contentsLostAt: null,
      nics: [
        {
          id: 'E-0',
          device: 0,
          vnetId: 'N',
          mac: '02:00:00:00:00:01',
          ipv4: '10.0.1.4',
          ipv6: null,
          state: 'planned',
        },
      ],
    },
  ],
  vdisks: [
    {
      ...part,
      id: 'D-1',
      name: 'data',
      state: 'planned',
      sizeGiB: 20,
      vserverId: 'S-1',
      priority: null,
      contentsLostAt: null,
    },
    {
      ...part,
      id: 'D-2',
      name: 'spare',
      state: 'planned',
      sizeGiB: 5,
      vserverId: null,
      priority: null,
      contentsLostAt: null,
    },
  ],
  vnets: [
    {
      ...part,
      id: 'N',
      name: 'dmz',
      state: 'planned',
      cidr: '10.0.1.0/24',
      range6: null,
      autoRange: false,
      kind: 'vlan',
      vlan: 100,
      mtu: 1500,
    },
  ],
  publicIps: [
    {
      ...part,
      id: 'P-1',
      name: 'www',
      state: 'planned',
      address: '203.0.113.10',
      allocationId: null,
      vserverId: 'S-1',
    },
  ],
};

const OPERATION: OperationView = {
  id: 'op',
  kind: 'vsys.create',
  state: 'queued',
  vsysId: VSYS.id,
  generation: 1,
  onFailure: 'rollback',
  cancelRequested: false,
  stepsDone: 0,
  stepsTotal: 0,
  error: null,
  requestedBy: null,
  requestId: null,
  createdAt: VSYS.createdAt,
  startedAt: null,
  finishedAt: null,
};

const server = (state: string, reason: string | null = null): Frame => ({
  event: 'part',
  data: { id: 'S-1', kind: 'vserver', name: 'db', state, reason },
});
const step = (outcome: string, attempt = 1): Frame => ({
  event: 'step',
  data: {
    id: `step-${attempt}`,
    kind: 'vserver.clone',
    part: 'S-1',
    attempt,
    outcome,
    error: outcome === 'failed' ? { message: 'SR_FULL' } : null,
  },
});
const operation = (state: 'running' | 'succeeded', stepsDone: number): Frame => ({
  event: 'operation',
  data: { kind: 'vsys.create', state, stepsDone, stepsTotal: 4 },
});

describe('a live system', () => {
  it('tells every change once', () => {
    const live = new LiveSystem(VSYS, OPERATION);
    const frames = [
      server('planned'),
      operation('running', 0),
      step('running'),
      server('creating'),
      server('creating'),
      step('failed'),
      step('failed'),
      step('running', 2),
      operation('running', 2),
      server('creating', 'waits for a slot'),
      server('running'),
      operation('succeeded', 4),
    ];
    expect(frames.map((frame) => live.apply(frame)).filter((news) => news !== undefined)).toEqual([
      'vsys.create running (0 of 4 steps)',
      'vserver db creating',
      'vserver.clone db failed (try 1): SR_FULL',
      'vserver db creating: waits for a slot',
      'vserver db running',
      'vsys.create succeeded (4 of 4 steps)',
    ]);
  });

  it('is drawn as a tree with the running steps and a bar', () => {
    const live = new LiveSystem(VSYS, OPERATION);
    for (const frame of [operation('running', 2), server('creating'), step('running', 2)]) live.apply(frame);
    live.apply({
      event: 'part',
      data: { id: 'N-2', kind: 'vnet', name: 'old', state: 'deleting', reason: null },
    });
    live.apply({ event: 'part', data: { id: 'E-0', kind: 'nic', name: 'db', state: 'ready', reason: null } });
    expect(renderLivePicture(live, 12_300, NO_COLORS)).toBe(
      `shop (DEMO0001-7K2M9QXPA)                                     running
├─ dmz                     network  10.0.1.0/24               planned
├─ db                      server   standard.small  10.0.1.4  creating
│  ├─ www                  address  203.0.113.10              planned
│  └─ data                 disk     20 GiB                    planned
├─ spare                   disk     5 GiB                     planned
└─ old                     vnet                               deleting

  … vserver.clone db (try 2)
███████████████░░░░░░░░░░░░░░░ 2/4  vsys.create running  12.3 s`,
    );
  });

  it('shows the same tree at rest', () => {
    expect(renderTree(treeOfVsys(VSYS))).toContain('│  └─ data                 disk     20 GiB');
  });
});

describe('frames of the stream', () => {
  it('that are not known are left out', () => {
    expect(frameOf({ id: undefined, event: 'heartbeat', data: '{"at":"x"}' })).toBeUndefined();
    expect(frameOf({ id: undefined, event: 'news', data: 'not even JSON' })).toBeUndefined();
  });

  it('that are broken are errors', () => {
    expect(() => frameOf({ id: undefined, event: 'part', data: '{"id":1}' })).toThrow();
  });
});
