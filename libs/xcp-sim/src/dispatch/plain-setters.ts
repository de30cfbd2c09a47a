// Purpose: which hand-declared setters of the data model only write their field. Every other one has consequences and
// is either written by hand or refused: a setter that silently did half its work would be worse than an error.

const PLAIN: Readonly<Record<string, readonly string[]>> = {
  VM: [
    'set_other_config',
    'add_to_other_config',
    'remove_from_other_config',
    'add_to_platform',
    'remove_from_platform',
    'set_platform',
    'set_blocked_operations',
    'add_to_blocked_operations',
    'remove_from_blocked_operations',
    'set_NVRAM',
    'add_to_NVRAM',
    'remove_from_NVRAM',
    'set_actions_after_crash',
    'set_has_vendor_device',
    'set_snapshot_schedule',
  ],
  VDI: ['set_name_label', 'set_name_description', 'set_read_only', 'set_sharable', 'set_allow_caching'],
  VIF: [
    'set_trunks',
    'add_trunks',
    'remove_trunks',
    'set_locking_mode',
    'remove_ipv4_allowed',
    'remove_ipv6_allowed',
  ],
  SR: ['set_virtual_allocation', 'set_name_label', 'set_name_description', 'set_physical_size'],
  PIF: ['set_disallow_unplug', 'set_primary_address_type'],
  network: ['remove_purpose'],
  task: [
    'set_other_config',
    'add_to_other_config',
    'remove_from_other_config',
    'set_progress',
    'set_result',
    'set_error_info',
  ],
  host: ['set_numa_affinity_policy'],
  pool: [
    'set_igmp_snooping_enabled',
    'add_to_guest_agent_config',
    'remove_from_guest_agent_config',
    'set_ext_auth_cache_enabled',
    'set_uefi_certificates',
    'set_custom_uefi_certificates',
  ],
  PBD: ['set_device_config'],
  VMSS: ['set_type', 'set_last_run_time', 'remove_from_schedule'],
  Rate_limit: ['set_burst_size', 'set_fill_rate'],
  Observer: ['set_enabled'],
};

export function isPlainSetter(cls: string, message: string): boolean {
  return PLAIN[cls]?.includes(message) === true;
}
