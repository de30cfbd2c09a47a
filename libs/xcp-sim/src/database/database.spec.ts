import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Database } from './database.js';
import { dataModel } from '../datamodel/data-model.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { SeededRandom } from '../random/seeded-random.js';

function emptyDatabase(): Database {
  return new Database(dataModel(), new SeededRandom(1, 'test'));
}

describe('two-way relations', () => {
  it('mirror exactly, whatever is created, re-pointed and removed', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('create' as const), vm: fc.nat(5) }),
      fc.record({ do: fc.constant('point' as const), vbd: fc.nat(20), vm: fc.nat(5) }),
      fc.record({ do: fc.constant('remove' as const), vbd: fc.nat(20) }),
      fc.record({ do: fc.constant('clear' as const), vbd: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const db = emptyDatabase();
        const vms = Array.from({ length: 6 }, () => db.create('VM', {}));
        for (const action of steps) {
          const vbds = db.rows('VBD');
          const vbd = 'vbd' in action ? vbds[action.vbd % Math.max(1, vbds.length)] : undefined;
          const vm = 'vm' in action ? vms[action.vm] : undefined;
          if (action.do === 'create') db.create('VBD', { VM: vm?.ref ?? NULL_REF });
          else if (vbd !== undefined && action.do === 'point') db.update(vbd, { VM: vm?.ref ?? NULL_REF });
          else if (vbd !== undefined && action.do === 'clear') db.update(vbd, { VM: NULL_REF });
          else if (vbd !== undefined) db.remove(vbd);
        }
        for (const vm of vms) {
          const expected = db.rows('VBD').filter((vbd) => vbd.link('VM') === vm.ref);
          expect([...vm.set('VBDs')].toSorted()).toEqual(expected.map((vbd) => vbd.ref).toSorted());
        }
      }),
    );
  });
});

describe('change list', () => {
  it('tells for any past generation exactly what is different since', () => {
    const step = fc.record({ do: fc.constantFrom('create', 'update', 'remove'), pick: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.nat(80), (steps, when) => {
        const db = emptyDatabase();
        const touched = new Set<string>();
        let since = db.generation;
        for (const [index, action] of steps.entries()) {
          if (index === when) {
            since = db.generation;
            touched.clear();
          }
          const rows = db.rows('VM');
          const row = rows[action.pick % Math.max(1, rows.length)];
          if (action.do === 'create' || row === undefined) touched.add(db.create('VM', {}).ref);
          else {
            touched.add(row.ref);
            if (action.do === 'update') db.update(row, { user_version: index + 1 });
            else db.remove(row);
          }
        }
        const reported = [...db.changes.since(since)].map((row) => row.ref);
        expect([...reported].toSorted()).toEqual([...touched].toSorted());
      }),
    );
  });
});

describe('sets on both sides', () => {
  it('forget a removed object, while single references dangle', () => {
    const db = emptyDatabase();
    const group = db.create('VM_group', {});
    const vm = db.create('VM', { groups: [group.ref], appliance: db.create('VM_appliance', {}).ref });
    expect(group.set('VMs')).toEqual([vm.ref]);
    db.remove(group);
    expect(vm.set('groups')).toEqual([]);
    const appliance = db.get('VM_appliance', vm.link('appliance'));
    db.remove(appliance);
    expect(vm.link('appliance')).toBe(appliance.ref);
  });
});

describe('records', () => {
  it('have every field of the data model with the right default', () => {
    const db = emptyDatabase();
    for (const [name, fact] of dataModel().classes) {
      const record = db.create(name, {}).record();
      expect(Object.keys(record)).toEqual([...fact.fields.keys()]);
      for (const value of Object.values(record)) expect(value).not.toBeUndefined();
    }
    expect(db.create('pool', {}).record()).toMatchObject({
      local_auth_max_threads: 8,
      migration_compression: false,
    });
    expect(db.create('VM', {}).record()).toMatchObject({
      HVM_shadow_multiplier: 1,
      generation_id: '0:0',
      power_state: 'Halted',
    });
    expect(db.create('host', {}).record()).toMatchObject({
      license_server: { address: 'localhost', port: '27000' },
    });
  });
});
