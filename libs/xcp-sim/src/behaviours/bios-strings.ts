// Purpose: the texts a VM's firmware reports about its "machine". They can be set once, before the first start.
import { invalidValue, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';

/** What a VM reports when nobody asked for anything else; the OEM strings are what licence checks of guests look for. */
const GENERIC: Readonly<Record<string, string>> = {
  'bios-vendor': 'Xen',
  'bios-version': '',
  'system-manufacturer': 'Xen',
  'system-product-name': 'HVM domU',
  'system-version': '',
  'system-serial-number': '',
  'baseboard-manufacturer': '',
  'baseboard-product-name': '',
  'baseboard-version': '',
  'baseboard-serial-number': '',
  'baseboard-asset-tag': '',
  'baseboard-location-in-chassis': '',
  'enclosure-asset-tag': '',
  'hp-rombios': '',
  'oem-1': 'Xen',
  'oem-2': 'MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d',
};
/** Clients may not set these. */
const RESERVED = new Set(['hp-rombios', 'oem-1', 'oem-2']);
/** XenAPI VM.set_bios_strings: characters a value may have. */
const LONGEST = 512;

/** @throws XenFailure INVALID_VALUE */
function checkString(key: string, text: string): void {
  if (!Object.hasOwn(GENERIC, key) || RESERVED.has(key)) throw invalidValue(key, 'Unknown key');
  if (text === '') throw invalidValue(key, 'Value provided is empty');
  if (text.length > LONGEST) throw invalidValue(key, `${text} has length more than ${LONGEST} characters`);
  if (!/^[\x20-\x7e]*$/.test(text)) throw invalidValue(key, `${text} has non-printable ASCII characters`);
}

/** @throws XenFailure VM_BIOS_STRINGS_ALREADY_SET */
function requireUnset(vm: Row): void {
  if (Object.keys(vm.map('bios_strings')).length > 0)
    throw new XenFailure('VM_BIOS_STRINGS_ALREADY_SET', vm.ref);
}

export const BIOS_STRINGS: BehaviourTable = {
  'VM.set_bios_strings': quick(({ sim }, args) => {
    const vm = sim.db.get('VM', args.ref(0));
    requireUnset(vm);
    const wanted = args.map(1) as Readonly<Record<string, string>>;
    for (const [key, text] of Object.entries(wanted)) checkString(key, text);
    sim.db.update(vm, { bios_strings: { ...GENERIC, ...wanted } });
  }),
  'VM.copy_bios_strings': quick(({ sim }, args) => {
    const vm = sim.db.get('VM', args.ref(0));
    const host = sim.db.get('host', args.ref(1));
    requireUnset(vm);
    sim.db.update(vm, { bios_strings: host.map('bios_strings') });
  }),
};
