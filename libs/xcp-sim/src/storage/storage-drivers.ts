// Purpose: the storage drivers (SM rows) and what each can do.
import type { XenMap } from '../datamodel/xen-value.js';

const COMMON = [
  'SR_PROBE',
  'SR_UPDATE',
  'VDI_CREATE',
  'VDI_DELETE',
  'VDI_ATTACH',
  'VDI_DETACH',
  'VDI_MIRROR',
  'VDI_CLONE',
  'VDI_SNAPSHOT',
  'VDI_RESIZE',
  'ATOMIC_PAUSE',
  'VDI_RESET_ON_BOOT/2',
  'VDI_UPDATE',
  'VDI_CONFIG_CBT',
  'VDI_ACTIVATE',
  'VDI_DEACTIVATE',
];
const THIN = ['THIN_PROVISIONING', 'VDI_GENERATE_CONFIG', 'VDI_READ_CACHING'];
const ISO = ['VDI_CREATE', 'VDI_DELETE', 'VDI_ATTACH', 'VDI_DETACH', 'SR_SCAN', 'SR_ATTACH', 'SR_DETACH'];

const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  nfs: [...COMMON, ...THIN, 'SR_CACHING'],
  ext: [...COMMON, ...THIN, 'SR_SUPPORTS_LOCAL_CACHING'],
  lvm: [...COMMON, 'SR_TRIM'],
  lvmoiscsi: [...COMMON, 'SR_TRIM'],
  lvmohba: [...COMMON, 'SR_TRIM'],
  iso: ISO,
  // The driver for tests that real hosts carry too: no format, hence no rounding, and shrinking is fine.
  dummy: COMMON.filter((name) => !/^VDI_(RESET_ON_BOOT|UPDATE|CONFIG_CBT)/.test(name)),
};

/** The `SM` rows of a host. */
export function storageDrivers(): XenMap[] {
  return Object.entries(CAPABILITIES).map(([type, capabilities]) => ({
    type,
    name_label: type,
    vendor: 'simulated',
    version: '1.0',
    required_api_version: '1.0',
    capabilities,
    features: Object.fromEntries(
      capabilities.map((name) => [name.split('/')[0] ?? name, Number(name.split('/')[1] ?? 1)]),
    ),
    driver_filename: `/opt/xensource/sm/${type}SR`,
  }));
}

/** True if the driver of a type announces the capability. */
export function driverCan(type: string, capability: string): boolean {
  return CAPABILITIES[type]?.some((name) => name.split('/')[0] === capability) === true;
}

/** True if a disk takes only the space that was written to it. */
export function thinProvisioned(type: string): boolean {
  return type === 'nfs' || type === 'ext';
}

/** True if the utilisation of a disk grows as it is written; elsewhere it has its whole size from the beginning. */
export function growsByWriting(type: string): boolean {
  return thinProvisioned(type);
}

/** True if disks are VHDs in chains: a copy-on-write copy leaves a hidden parent behind. The test driver has no format. */
export function usesChains(type: string): boolean {
  return type !== 'dummy' && driverCan(type, 'VDI_SNAPSHOT');
}

/** Disks on block storage come in units of 4 MiB, VHD files in 2 MiB (XenAPI VDI.create). */
export function allocationUnit(type: string): number {
  if (type === 'dummy') return 1;
  return thinProvisioned(type) ? 2 * 2 ** 20 : 4 * 2 ** 20;
}
