/**
 * What is kept of the pool: the classes and fields that deciding and observing need, nothing more. A smaller set means
 * fewer events, less memory and fewer changes to look at.
 */
import type { XenClass } from '../codec/decode.js';
import type { XenRecords } from '../generated/records.js';

export const CACHED_FIELDS = {
  VM: [
    'uuid',
    'name_label',
    'name_description',
    'power_state',
    'is_a_template',
    'is_a_snapshot',
    'is_control_domain',
    'resident_on',
    'scheduled_to_be_resident_on',
    'memory_static_min',
    'memory_static_max',
    'memory_dynamic_min',
    'memory_dynamic_max',
    'memory_overhead',
    'VCPUs_max',
    'VCPUs_at_startup',
    'VCPUs_params',
    'platform',
    'actions_after_crash',
    'ha_restart_priority',
    'order',
    'other_config',
    'xenstore_data',
    'guest_metrics',
    'current_operations',
    'domid',
    'suspend_VDI',
    'snapshot_of',
    'VBDs',
    'VIFs',
  ],
  VDI: ['uuid', 'name_label', 'SR', 'virtual_size', 'other_config', 'is_a_snapshot', 'sharable', 'managed'],
  VBD: [
    'uuid',
    'VM',
    'VDI',
    'userdevice',
    'type',
    'empty',
    'currently_attached',
    'qos_algorithm_type',
    'qos_algorithm_params',
    'other_config',
  ],
  VIF: [
    'uuid',
    'VM',
    'network',
    'device',
    'MAC',
    'MTU',
    'qos_algorithm_type',
    'qos_algorithm_params',
    'locking_mode',
    'ipv4_allowed',
    'ipv6_allowed',
    'currently_attached',
    'other_config',
  ],
  network: ['uuid', 'name_label', 'MTU', 'other_config'],
  PIF: [
    'uuid',
    'device',
    'network',
    'host',
    'VLAN',
    'physical',
    'management',
    'currently_attached',
    'bond_slave_of',
    'bond_master_of',
    'VLAN_master_of',
    'tunnel_access_PIF_of',
  ],
  SR: [
    'uuid',
    'name_label',
    'type',
    'content_type',
    'shared',
    'physical_size',
    'physical_utilisation',
    'other_config',
  ],
  SM: ['uuid', 'type', 'capabilities'],
  PBD: ['uuid', 'SR', 'host', 'currently_attached'],
  host: [
    'uuid',
    'name_label',
    'address',
    'enabled',
    'metrics',
    'cpu_info',
    'memory_overhead',
    'other_config',
  ],
  host_metrics: ['uuid', 'memory_total', 'live'],
  pool: ['uuid', 'master', 'default_SR'],
} as const satisfies { readonly [C in XenClass]?: readonly (keyof XenRecords[C])[] };

export type CachedClass = keyof typeof CACHED_FIELDS;
export const CACHED_CLASSES = Object.keys(CACHED_FIELDS) as CachedClass[];

/** A cached object as the driver sees it. */
export type Cached<C extends CachedClass> = Pick<
  XenRecords[C],
  (typeof CACHED_FIELDS)[C][number] & keyof XenRecords[C]
>;

/** References by which objects of other classes are found. */
export const REFERENCE_INDEXES = {
  VBD: ['VM', 'VDI'],
  VIF: ['VM', 'network'],
  PIF: ['network', 'host'],
  PBD: ['SR', 'host'],
} as const satisfies { readonly [C in CachedClass]?: readonly (keyof Cached<C>)[] };
