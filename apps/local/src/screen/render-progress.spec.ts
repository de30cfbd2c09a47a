import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ProgressView } from './progress-view.js';
import { renderProgress } from './render-progress.js';
import { createPlainScreen } from './screen.js';

const vsys: ProgressView = {
  id: 'DEMO0001-7K2M9QXPA',
  name: 'shop',
  phase: 'provisioning',
  vnets: [{ name: 'dmz', cidr: '10.1.1.0/24', state: 'ready' }],
  publicIps: [],
  vservers: [
    {
      id: 's1',
      name: 'fw',
      kind: 'firewall',
      type: 'efm.small',
      state: 'running',
      nics: [{ ipv4: '10.1.1.1' }],
    },
    {
      id: 's2',
      name: 'web-1',
      kind: 'server',
      type: 'standard.small',
      state: 'creating',
      reason: 'cloning',
      nics: [],
    },
  ],
  vdisks: [{ name: 'data', sizeGiB: 20, state: 'planned' }],
};

describe('the progress picture', () => {
  it('shows every part with its state, and the share of steps', () => {
    const text = stripVTControlCharacters(
      renderProgress(vsys, { state: 'running', stepsDone: 6, stepsTotal: 24 }, 2_340),
    );
    expect(text.split('\n')).toEqual([
      'shop DEMO0001-7K2M9QXPA  provisioning',
      '  networks',
      '   └─ ● dmz  10.1.1.0/24  ready',
      '  servers',
      '   ├─ ● fw  efm.small  10.1.1.1  running',
      '   └─ ◐ web-1  standard.small    creating  cloning',
      '  disks',
      '   └─ ○ data  20 GiB  planned',
      `  ${'█'.repeat(10)}${'░'.repeat(30)}  25 %  6/24 steps  2.3 s`,
    ]);
  });

  it('stands at nothing before the steps are known, and never above everything', () => {
    const draw = (stepsDone: number, stepsTotal: number) =>
      renderProgress(vsys, { state: 'queued', stepsDone, stepsTotal }, 0);
    expect(draw(0, 0)).toContain('  0 %');
    expect(draw(30, 24)).toContain('100 %');
  });
});

describe('progress without a terminal', () => {
  it('prints each state once', () => {
    let text = '';
    const screen = createPlainScreen({ write: (chunk: string) => (text += chunk) });
    const steps = { state: 'running', stepsDone: 1, stepsTotal: 2 };
    screen.progress(vsys, steps, 0);
    screen.progress(vsys, steps, 100);
    screen.progress({ ...vsys, vdisks: [{ name: 'data', sizeGiB: 20, state: 'attached' }] }, steps, 200);
    expect(text.match(/dmz ready/g)).toHaveLength(1);
    expect(text.match(/data (planned|attached)/g)).toEqual(['data planned', 'data attached']);
  });
});
