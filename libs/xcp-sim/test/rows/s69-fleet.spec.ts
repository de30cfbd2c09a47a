// A large pool, in small: the full size is measured by `npm run xcp-sim -- measure-fleet`.
import { describe, expect, it } from 'vitest';
import { clientOf } from '../support/pool-under-test.js';

const VMS = 400;
const DISKS = 1_600;

describe('S69 a fleet', () => {
  it('is there from the beginning, seven of eight running, and tells itself in one answer', async () => {
    const client = await clientOf({ hostCount: 8, fleet: { vms: VMS, disks: DISKS } });
    const vms = client.pool.db
      .rows('VM')
      .filter((vm) => !vm.bool('is_a_template') && !vm.bool('is_control_domain'));
    expect(vms).toHaveLength(VMS);
    expect(vms.filter((vm) => vm.text('power_state') === 'Running')).toHaveLength((VMS * 7) / 8);
    expect(client.pool.db.count('VDI')).toBeGreaterThanOrEqual(DISKS);
    const batch = await client.call<{ events: unknown[]; valid_ref_counts: Record<string, string> }>(
      'event.from',
      ['vm', 'vdi'],
      '',
      0,
    );
    expect(batch.events).toHaveLength(client.pool.db.count('VM') + client.pool.db.count('VDI'));
    expect(Number(batch.valid_ref_counts['vm'])).toBe(client.pool.db.count('VM'));
    client.close();
  });
});
