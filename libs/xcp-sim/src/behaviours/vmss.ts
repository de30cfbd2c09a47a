// Purpose: snapshot schedules (VMSS): what a schedule may say, per frequency.
import { invalidValue, mapDuplicateKey, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

type Schedule = Readonly<Record<string, string>>;

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** XenAPI VMSS: between one and ten snapshots are kept. */
const MOST_RETAINED = 10;

interface Part {
  fallback: string;
  accepts: (text: string) => boolean;
}

const PARTS: Readonly<Record<string, Part>> = {
  min: { fallback: '0', accepts: (text) => ['0', '15', '30', '45'].includes(text) },
  hour: { fallback: '0', accepts: (text) => /^\d{1,2}$/.test(text) && Number(text) <= 23 },
  days: {
    fallback: 'monday',
    accepts: (text) => text.split(',').every((day) => DAYS.includes(day.trim().toLowerCase())),
  },
};
const PARTS_OF: Readonly<Record<string, readonly string[]>> = {
  hourly: ['min'],
  daily: ['hour', 'min'],
  weekly: ['hour', 'min', 'days'],
};

/** The schedule with defaults for what is missing. @throws XenFailure INVALID_VALUE["schedule:hour", "25"] */
function checkedSchedule(frequency: string, given: Schedule): Schedule {
  const names = PARTS_OF[frequency] ?? [];
  for (const [name, text] of Object.entries(given)) {
    const part = names.includes(name) ? PARTS[name] : undefined;
    if (part === undefined) throw invalidValue('schedule', name);
    if (!part.accepts(text)) throw invalidValue(`schedule:${name}`, text);
  }
  return { ...Object.fromEntries(names.map((name) => [name, PARTS[name]?.fallback ?? ''])), ...given };
}

/** @throws XenFailure INVALID_VALUE */
function checkedRetention(count: number): number {
  if (count < 1 || count > MOST_RETAINED) throw invalidValue('retained_snapshots', String(count));
  return count;
}

function scheduleOf(sim: SimPool, ref: string): Row {
  return sim.db.get('VMSS', ref);
}

export const VMSS: BehaviourTable = {
  'VMSS.create': quick(({ sim }, args) => {
    const record = args.map(0);
    checkedRetention(Number(record['retained_snapshots']));
    const schedule = checkedSchedule(record['frequency'] as string, record['schedule'] as Schedule);
    return sim.db.create('VMSS', { ...record, schedule }).ref;
  }),
  'VMSS.destroy': quick(({ sim }, args) => {
    const policy = scheduleOf(sim, args.ref(0));
    if (policy.set('VMs').length > 0) throw new XenFailure('VMSS_HAS_VM');
    sim.db.remove(policy);
  }),
  'VMSS.set_retained_snapshots': quick(({ sim }, args) => {
    const policy = scheduleOf(sim, args.ref(0));
    sim.db.update(policy, { retained_snapshots: checkedRetention(args.int(1)) });
  }),
  'VMSS.set_frequency': quick(({ sim }, args) => {
    const policy = scheduleOf(sim, args.ref(0));
    const names = PARTS_OF[args.text(1)] ?? [];
    const kept = Object.entries(policy.map('schedule')).filter(([name]) => names.includes(name));
    sim.db.update(policy, {
      frequency: args.text(1),
      schedule: checkedSchedule(args.text(1), Object.fromEntries(kept)),
    });
  }),
  'VMSS.set_schedule': quick(({ sim }, args) => {
    const policy = scheduleOf(sim, args.ref(0));
    sim.db.update(policy, { schedule: checkedSchedule(policy.text('frequency'), args.map(1) as Schedule) });
  }),
  'VMSS.add_to_schedule': quick(({ sim }, args) => {
    const policy = scheduleOf(sim, args.ref(0));
    const [key, value] = [args.text(1), args.text(2)];
    checkedSchedule(policy.text('frequency'), { [key]: value });
    if (Object.hasOwn(policy.map('schedule'), key)) throw mapDuplicateKey(policy, 'schedule', key);
    sim.db.update(policy, { schedule: { ...policy.map('schedule'), [key]: value } });
  }),
};
