/** Why a server cannot leave its host, in words (XenAPI codes of host.get_vms_which_prevent_evacuation). */
const REASONS: Readonly<Record<string, string>> = {
  VM_REQUIRES_SR:
    'Its disks are on storage that no other host reaches; it would have to be moved together with them.',
  VM_REQUIRES_NETWORK: 'No other host reaches one of its networks.',
  VM_REQUIRES_GPU: 'No other host has the graphics hardware that it uses.',
  VM_HAS_PCI_ATTACHED: 'It uses a device of this host directly.',
  VM_HAS_VGPU: 'It uses a virtual graphics card that cannot move.',
  VM_HAS_SRIOV_VIF: 'It uses a network card of this host directly.',
  VM_LACKS_FEATURE: 'Its guest system cannot be moved while it runs.',
  VM_MISSING_PV_DRIVERS: 'Its guest system has no drivers that let it be moved while it runs.',
  VM_OLD_PV_DRIVERS: 'The drivers of its guest system are too old to be moved while it runs.',
  VM_INCOMPATIBLE_WITH_THIS_HOST: 'The processors of the other hosts differ too much.',
  VM_BAD_POWER_STATE: 'It is not running; only what runs can be moved live.',
  OPERATION_BLOCKED: 'Somebody has forbidden to move it.',
  HOST_EVACUATE_VM_NOT_HA_PROTECTED: 'High availability is on, but does not protect it.',
  HOST_NOT_ENOUGH_FREE_MEMORY: 'No other host has enough free memory for it.',
  NO_HOSTS_AVAILABLE:
    'No other host is enabled, reaches its storage and networks and has enough free memory.',
};

/** Unknown codes are shown as they are: the pool knows better than we do. */
export function obstacleReason(code: string, parameters: readonly string[]): string {
  const known = REASONS[code];
  if (known !== undefined) return known;
  const texts = parameters.filter((each) => !each.startsWith('OpaqueRef:')).join(', ');
  return `The pool says ${code}${texts === '' ? '' : ` (${texts.slice(0, 200)})`}.`;
}
