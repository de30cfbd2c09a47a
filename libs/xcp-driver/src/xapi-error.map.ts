/**
 * What an error of the pool means for us: the one table from XenAPI codes to DomainError codes and `retry`.
 * Codes that are not listed are judged by the rules at the end. Texts of the pool go, bounded, into `details` only.
 */
import { DomainError, type ErrorCode, type Retry } from '@openvsys/vsys';
import { TaskOverdueError, TaskVanishedError } from './tasks/task-watcher.js';
import { TransportError, XenApiError } from './transport/transport.js';

interface Meaning {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly message: string;
  readonly remedy?: string;
}

const BUSY: Meaning = {
  code: 'pool-busy',
  retry: 'same',
  message: 'The pool is busy with the object or with too much else.',
};
const CHECK_COORDINATOR = 'Check that the pool’s coordinator is up and its address reachable from here.';
const UNREACHABLE: Meaning = {
  code: 'pool-unreachable',
  retry: 'same',
  message: 'The pool cannot serve at the moment.',
  remedy: CHECK_COORDINATOR,
};
/** Our picture was old or the thing is already done: look again and decide anew. */
const STALE: Meaning = {
  code: 'pool-busy',
  retry: 'same',
  message: 'The pool has changed since it was looked at.',
};
const HOST_FULL: Meaning = {
  code: 'no-capacity',
  retry: 'elsewhere',
  message: 'The host has no room for the server.',
  remedy: 'Free memory or CPUs, or add a host to the pool.',
};
const HOST_UNFIT: Meaning = {
  code: 'no-capacity',
  retry: 'elsewhere',
  message: 'The host cannot run the server at the moment.',
  remedy: 'Enable the host, or give it the storage and networks that the server needs.',
};
const STORAGE_FULL: Meaning = {
  code: 'no-capacity',
  retry: 'after-change',
  message: 'The storage has no room.',
  remedy: 'Free space on the storage or add storage to the pool.',
};
const CHAIN_FULL: Meaning = {
  code: 'no-capacity',
  retry: 'after-change',
  message: 'A disk of the server has too many snapshots one on top of the other.',
  remedy: 'Remove snapshots and wait until the storage has merged what is left of them (minutes to hours).',
};
const STORAGE_BUSY: Meaning = {
  code: 'pool-busy',
  retry: 'same',
  message: 'The storage did not manage it this time.',
};
const STORAGE_BROKEN: Meaning = {
  code: 'pool-refused',
  retry: 'after-change',
  message: 'The storage reported an error.',
  remedy: 'Have the storage of the pool looked at; the details name its error.',
};
const GUEST: Meaning = {
  code: 'conflict',
  retry: 'after-change',
  message: 'The guest system does not cooperate.',
  remedy: 'Wait until the guest has booted with its agent, or stop the server first.',
};
/** A guest that is still booting looks like one without drivers; it may report them in a minute. */
const GUEST_NOT_READY: Meaning = {
  ...GUEST,
  code: 'pool-busy',
  retry: 'same',
  message: 'The guest system has not reported its drivers.',
};
/** It is asked a few times more: a busy guest may have written out what it holds a moment later. */
const GUEST_HOLDS_DEVICE: Meaning = {
  ...GUEST,
  retry: 'same',
  message: 'The guest system does not let go of the device.',
  remedy: 'Unmount the disk in the guest, or stop the server, then resume.',
};
const FORBIDDEN: Meaning = {
  code: 'pool-refused',
  retry: 'after-change',
  message: 'The pool refused our account or its rights.',
  remedy: 'Check the user name, password and role with which the pool is registered.',
};
const REFUSED: Meaning = {
  code: 'pool-refused',
  retry: 'after-change',
  message: 'The pool refused the request.',
};
const UNSUPPORTED: Meaning = {
  code: 'pool-refused',
  retry: 'never',
  message: 'The pool does not support the request.',
  remedy: 'Use a newer release or an edition of the pool that has the feature.',
};
const UNKNOWN: Meaning = {
  code: 'uncertain',
  retry: 'same',
  message: 'The pool failed in the middle; the outcome is unknown.',
};
const NETWORK_CONFLICT: Meaning = {
  code: 'conflict',
  retry: 'after-change',
  message: 'The pool’s networks are already used otherwise.',
  remedy: 'Free the VLAN in the pool or take it out of the range that is given to systems.',
};

const listed = (meaning: Meaning, codes: string): [string, Meaning][] =>
  codes.split(' ').map((code) => [code, meaning]);

const TABLE: ReadonlyMap<string, Meaning> = new Map([
  ...listed(
    BUSY,
    'OTHER_OPERATION_IN_PROGRESS TOO_MANY_PENDING_TASKS TOO_BUSY TOO_MANY_STORAGE_MIGRATES CANNOT_CONTACT_HOST ' +
      'DEVICE_ATTACH_TIMEOUT DEVICE_DETACH_TIMEOUT VDI_NOT_AVAILABLE SR_VDI_LOCKING_FAILED SR_DEVICE_IN_USE VDI_IN_USE ' +
      'HA_ENABLE_IN_PROGRESS HA_DISABLE_IN_PROGRESS DESIGNATE_NEW_MASTER_IN_PROGRESS TASK_CANCELLED',
  ),
  ...listed(
    UNREACHABLE,
    'HOST_STILL_BOOTING HOST_IS_SLAVE SESSION_INVALID HOST_IN_EMERGENCY_MODE HOST_HAS_NO_MANAGEMENT_IP ' +
      'HOST_UNKNOWN_TO_MASTER HOST_MASTER_CANNOT_TALK_BACK EVENTS_LOST EVENT_FROM_TOKEN_PARSE_FAILURE',
  ),
  ...listed(
    STALE,
    'HANDLE_INVALID UUID_INVALID OBJECT_NOLONGER_EXISTS VM_BAD_POWER_STATE DEVICE_ALREADY_ATTACHED VM_IS_TEMPLATE ' +
      'DEVICE_ALREADY_DETACHED DEVICE_NOT_ATTACHED DEVICE_ALREADY_EXISTS MAP_DUPLICATE_KEY VM_HALTED VM_REBOOTED ' +
      'VM_CRASHED DOMAIN_EXISTS VBD_MISSING PROVISION_ONLY_ALLOWED_ON_TEMPLATE',
  ),
  ...listed(HOST_FULL, 'HOST_NOT_ENOUGH_FREE_MEMORY HOST_NOT_ENOUGH_PCPUS'),
  ...listed(
    HOST_UNFIT,
    'NO_HOSTS_AVAILABLE HOST_DISABLED HOST_DISABLED_UNTIL_REBOOT HOST_DISABLED_INDEFINITELY HOST_NOT_LIVE HOST_OFFLINE ' +
      'HOST_EVACUATE_IN_PROGRESS VM_REQUIRES_SR VM_REQUIRES_NETWORK VM_HVM_REQUIRED HOST_CANNOT_ATTACH_NETWORK ' +
      'VM_INCOMPATIBLE_WITH_THIS_HOST HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN',
  ),
  ...listed(STORAGE_FULL, 'SR_FULL SR_SOURCE_SPACE_INSUFFICIENT PROVISION_FAILED_OUT_OF_SPACE'),
  ...listed(STORAGE_BROKEN, 'SR_HAS_NO_PBDS SR_ATTACH_FAILED SR_UNHEALTHY SR_NOT_ATTACHED VDI_MISSING'),
  ...listed(
    GUEST,
    'VM_LACKS_FEATURE VM_OLD_PV_DRIVERS VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT VM_SHUTDOWN_TIMEOUT ' +
      'VM_PV_DRIVERS_IN_USE BOOTLOADER_FAILED',
  ),
  ...listed(GUEST_NOT_READY, 'VM_MISSING_PV_DRIVERS'),
  ...listed(GUEST_HOLDS_DEVICE, 'DEVICE_DETACH_REJECTED'),
  ...listed(
    FORBIDDEN,
    'SESSION_AUTHENTICATION_FAILED SESSION_AUTHORIZATION_FAILED RBAC_PERMISSION_DENIED PERMISSION_DENIED ' +
      'USER_IS_NOT_LOCAL_SUPERUSER',
  ),
  ...listed(NETWORK_CONFLICT, 'PIF_VLAN_EXISTS VLAN_IN_USE NETWORK_ALREADY_CONNECTED NETWORK_CONTAINS_VIF'),
  ...listed(
    UNSUPPORTED,
    'LICENCE_RESTRICTION FEATURE_RESTRICTED MESSAGE_METHOD_UNKNOWN MESSAGE_PARAMETER_COUNT_MISMATCH MESSAGE_REMOVED ' +
      'NOT_IMPLEMENTED OPENVSWITCH_NOT_ACTIVE TRANSPORT_PIF_NOT_CONFIGURED IS_TUNNEL_ACCESS_PIF ' +
      'CANNOT_ADD_TUNNEL_TO_BOND_SLAVE Fault',
  ),
  ...listed(
    REFUSED,
    'OPERATION_BLOCKED OPERATION_NOT_ALLOWED INVALID_VALUE VDI_TOO_LARGE VDI_TOO_SMALL MAC_INVALID',
  ),
  ...listed(
    UNKNOWN,
    'INTERNAL_ERROR DOMAIN_BUILDER_ERROR VDI_IO_ERROR VDI_COPY_FAILED OPERATION_PARTIALLY_FAILED',
  ),
]);

/** Numbers of `SR_BACKEND_FAILURE_<n>` that a later try may not meet again: locks, attach races, timeouts. */
const TRANSIENT_STORAGE = new Set([
  37, 40, 46, 47, 58, 82, 150, 151, 152, 153, 154, 200, 201, 205, 430, 431, 432, 433, 434, 445, 453,
]);
const NO_SPACE = 44;
const CHAIN_TOO_LONG = 109;

const storageNumber = (code: string): number | undefined => {
  const match = /^SR_BACKEND_FAILURE_(\d+)$/.exec(code);
  return match === null ? undefined : Number(match[1]);
};

/** Texts in which the pool hides the real cause of an INTERNAL_ERROR. */
function meaningOfInternal(text: string): Meaning {
  if (/Connection refused|ECONNREFUSED|ECONNRESET/.test(text)) return { ...BUSY, retry: 'elsewhere' };
  if (/Vms_failed_to_cooperate/.test(text)) return GUEST;
  if (/Not_found|FieldNotFound|Expected /.test(text)) return REFUSED;
  return UNKNOWN;
}

function meaningOf(error: XenApiError): Meaning {
  const storage = storageNumber(error.code);
  if (storage !== undefined) {
    if (storage === NO_SPACE) return STORAGE_FULL;
    if (storage === CHAIN_TOO_LONG) return CHAIN_FULL;
    return TRANSIENT_STORAGE.has(storage) ? STORAGE_BUSY : STORAGE_BROKEN;
  }
  const [first = ''] = error.params;
  if (error.code === 'INTERNAL_ERROR') return meaningOfInternal(first);
  if (error.code === 'OPERATION_NOT_ALLOWED' && first.includes('Current operation on VM')) return BUSY;
  const known = TABLE.get(error.code);
  if (known !== undefined) return known;
  if (/_NOT_SUPPORTED$|_RESTRICTION$/.test(error.code)) return UNSUPPORTED;
  if (error.code.endsWith('_INVALID')) return REFUSED;
  return error.code.startsWith('SR_BACKEND_FAILURE') ? STORAGE_BROKEN : UNKNOWN;
}

/** Longer texts of a pool are cut: they go into journals and answers. */
const MAX_TEXT = 300;
const bounded = (text: string): string => {
  const printable = text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, ' ');
  return printable.length > MAX_TEXT ? `${printable.slice(0, MAX_TEXT)}…` : printable;
};

function ofXenApi(error: XenApiError): DomainError {
  const { code, retry, message, remedy } = meaningOf(error);
  return new DomainError(code, message, {
    retry,
    ...(remedy === undefined ? {} : { remedy }),
    details: {
      xenapi: bounded(error.code),
      method: error.method,
      parameters: error.params.slice(0, 8).map(bounded),
    },
    cause: error,
  });
}

function ofTransport(error: TransportError): DomainError {
  if (error.kind === 'untrusted') {
    return new DomainError('pool-refused', bounded(error.message), {
      remedy: 'Compare the fingerprint with the pool’s certificate and register it, or remove the member.',
      cause: error,
    });
  }
  if (error.kind === 'withdrawn') return new DomainError('cancelled', error.message, { cause: error });
  if (error.maybeDone) {
    return new DomainError(
      'uncertain',
      'The pool’s answer was lost; whether it did what was asked is unknown.',
      {
        details: { reason: bounded(error.message) },
        cause: error,
      },
    );
  }
  return new DomainError('pool-unreachable', 'The pool cannot be reached.', {
    remedy: CHECK_COORDINATOR,
    details: { reason: bounded(error.message) },
    cause: error,
  });
}

/** Anything thrown inside the driver as a DomainError. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof XenApiError) return ofXenApi(error);
  if (error instanceof TransportError) return ofTransport(error);
  if (error instanceof TaskVanishedError || error instanceof TaskOverdueError) {
    return new DomainError('uncertain', error.message, { cause: error });
  }
  return new DomainError('internal', 'The pool’s driver failed.', { cause: error });
}

/** For work that changes nothing: when its answer is lost nothing is uncertain, the pool just cannot be reached. */
export function toReadError(error: unknown): DomainError {
  if (error instanceof TransportError && error.kind === 'protocol') {
    return new DomainError('pool-refused', 'What answers at the address of the pool does not speak XenAPI.', {
      remedy: 'Check the URL with which the pool is registered.',
      details: { reason: bounded(error.message) },
      cause: error,
    });
  }
  const known = toDomainError(error);
  if (known.code !== 'uncertain') return known;
  return new DomainError('pool-unreachable', 'The pool does not answer.', {
    remedy: CHECK_COORDINATOR,
    details: known.details,
    cause: error,
  });
}
