import { describe, expect, it } from 'vitest';
import { ClassTable } from './class-table.js';

const running = { power_state: 'Running' };
const halted = { power_state: 'Halted' };

describe('own writes over older events', () => {
  it('win until a batch that was requested later arrives', () => {
    const table = new ClassTable('VM', () => undefined);
    table.report('vm', halted);
    table.overlay('vm', { power_state: 'Running' }, 5);
    table.report('vm', { ...halted, name_label: 'late' });
    table.dropOverlaysBefore(4);
    expect(table.find('vm')).toMatchObject({ power_state: 'Running', name_label: 'late' });
    table.report('vm', running);
    table.dropOverlaysBefore(6);
    expect(table.find('vm')).toMatchObject({ power_state: 'Running' });
    table.report('vm', halted);
    expect(table.find('vm')).toMatchObject({ power_state: 'Halted' });
  });

  it('show a new object before it is reported, and forget it when it never is', () => {
    const table = new ClassTable('VIF', () => undefined);
    table.overlay('vif', { MAC: '0a:00' }, 1);
    expect(table.find('vif')).toMatchObject({ MAC: '0a:00', uuid: '', ipv4_allowed: [] });
    table.dropOverlaysBefore(2);
    expect(table.find('vif')).toBeUndefined();
  });

  it('hide a removed object although an older event still reports it', () => {
    const table = new ClassTable('VDI', () => undefined);
    table.report('vdi', {});
    table.overlayGone('vdi', 3);
    table.report('vdi', { name_label: 'late' });
    table.dropOverlaysBefore(3);
    expect(table.find('vdi')).toBeUndefined();
    table.reportGone('vdi');
    table.dropOverlaysBefore(4);
    expect(table.find('vdi')).toBeUndefined();
    expect(table.reportedCount).toBe(0);
  });

  it('tells of visible changes only', () => {
    const seen: string[] = [];
    const table = new ClassTable('VM', (ref, before, after) => {
      seen.push(`${ref}:${before?.power_state ?? '-'}>${after?.power_state ?? '-'}`);
    });
    table.report('vm', running);
    table.report('vm', running);
    table.overlay('vm', { power_state: 'Running' }, 1);
    table.reportAll(new Map());
    table.dropOverlaysBefore(2);
    expect(seen).toEqual(['vm:->Running', 'vm:Running>-']);
  });
});
