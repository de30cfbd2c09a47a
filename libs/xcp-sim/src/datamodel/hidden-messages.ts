// Purpose: messages that a server answers although its published documentation leaves them out. Hand-written, in the
// form of the generated facts: name, flags, parameters, result.
//
// Flags: `a` has an asynchronous form, `p` belongs to the pool itself: clients get an internal error.
export type HiddenMessage = readonly [name: string, flags: string, params: readonly string[], result: string];

const self = (cls: string): string => `self:${cls} ref`;
const vm = 'vm:VM ref';
const vdi = self('VDI');
const host = 'host:host ref';

export const HIDDEN_MESSAGES: Readonly<Record<string, readonly HiddenMessage[]>> = {
  VM: [
    ['set_is_default_template', 'a', [vm, 'value:bool'], 'void'],
    ['csvm', 'a', [vm], 'VM ref'],
    ['s3_suspend', 'a', [vm], 'void'],
    ['s3_resume', 'a', [vm], 'void'],
    ['atomic_set_resident_on', 'p', [vm, host], 'void'],
    ['pool_migrate_complete', 'ap', [vm, host], 'void'],
    ['set_NVRAM_EFI_variables', 'p', [self('VM'), 'value:string'], 'void'],
  ],
  VBD: [
    ['pause', 'a', [self('VBD')], 'string'],
    ['unpause', 'a', [self('VBD'), 'token:string'], 'void'],
    ['unplug_force_no_safety_check', 'a', [self('VBD')], 'void'],
  ],
  VDI: [
    ['force_unlock', 'a', ['vdi:VDI ref'], 'void'],
    ['generate_config', 'a', [host, 'vdi:VDI ref'], 'string'],
    ['db_forget', 'ap', ['vdi:VDI ref'], 'void'],
    ['checksum', 'ap', [vdi], 'string'],
  ],
  SR: [['set_virtual_allocation', '', [self('SR'), 'value:int'], 'void']],
  secret: [
    ['introduce', '', ['uuid:string', 'value:string', 'other_config:(string -> string) map'], 'secret ref'],
  ],
  network: [
    ['attach', 'a', ['network:network ref', host], 'void'],
    ['attach_for_vm', 'ap', [host, vm], 'void'],
    ['detach_for_vm', 'ap', [host, vm], 'void'],
  ],
  pool: [
    ['hello', 'p', ['host_uuid:string', 'host_address:string'], 'string'],
    ['is_slave', 'p', [host], 'bool'],
    ['initial_auth', 'p', [], 'string'],
    ['ha_schedule_plan_recomputation', 'p', [], 'void'],
  ],
  host: [
    ['set_localdb_key', 'p', [host, 'key:string', 'value:string'], 'void'],
    ['local_assert_healthy', 'p', [], 'void'],
    ['propose_new_master', 'p', ['address:string', 'manual:bool'], 'void'],
    ['commit_new_master', 'p', ['address:string'], 'void'],
    ['abort_new_master', 'p', ['address:string'], 'void'],
    ['request_backup', 'p', [host, 'generation:int', 'force:bool'], 'void'],
    ['request_config_file_sync', 'p', [host, 'hash:string'], 'void'],
    ['tickle_heartbeat', 'p', [host, 'stuff:(string -> string) map'], '(string -> string) map'],
    ['signal_networking_change', 'p', [], 'void'],
    ['notify', 'p', ['ty:string', 'params:string'], 'void'],
  ],
};
