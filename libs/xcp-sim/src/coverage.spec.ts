import { describe, expect, it } from 'vitest';
import { BEHAVIOURS } from './behaviours/all-behaviours.js';
import { coverageByClass } from './coverage.js';
import { dataModel } from './datamodel/data-model.js';

describe('served messages', () => {
  it('written by hand all exist in the data model', () => {
    const { classes } = dataModel();
    const unknown = Object.keys(BEHAVIOURS).filter((name) => {
      const [cls = '', message = ''] = name.split('.');
      const known = classes.get(cls)?.messages.has(message) === true || message === 'get_all_records_where';
      return name !== 'system.listMethods' && !known;
    });
    expect(unknown).toEqual([]);
  });

  it('include everything that provisioning needs', () => {
    const refused = coverageByClass().flatMap(({ cls, refused: names }) =>
      names.map((name) => `${cls}.${name}`),
    );
    for (const name of [
      'VM.clone',
      'VM.start',
      'VDI.create',
      'VBD.plug',
      'VIF.plug',
      'VLAN.create',
      'SR.scan',
      'event.from',
    ]) {
      expect(refused).not.toContain(name);
    }
    // Every constructor without a hand-written one is refused: half an object would be worse than an error.
    expect(refused).toContain('DR_task.create');
  });
});
