/**
 * The least number of XenAPI calls for each kind of action, from what XenAPI offers. Event reads and the session are
 * not counted: there is one of each whatever is done.
 */
import type { Action, ActionKind, VServerId } from '@openvsys/vsys';

/** What a template gives to its clones. */
export interface TemplateFacts {
  readonly vcpus: number;
  /** Static minimum, dynamic minimum, dynamic maximum, static maximum, bytes. */
  readonly memoryLimits: readonly number[];
  readonly disks: number;
}

/** Long work runs as a task, and a finished task stays in the pool until its client destroys it. */
const ASYNC_CALL = 2;
const MIB = 2 ** 20;

/** Constant numbers, with what they are made of. */
const FIXED: Partial<Record<ActionKind, { readonly calls: number; readonly why: string }>> = {
  'vnet.create': { calls: 2, why: 'network.create; pool.create_VLAN_from_PIF makes the VLAN on all hosts' },
  'vserver.clone': { calls: ASYNC_CALL, why: 'Async.VM.clone' },
  'vserver.start': { calls: ASYNC_CALL, why: 'Async.VM.start_on' },
  'nic.create': { calls: 1, why: 'VIF.create takes address and locking too' },
  'vdisk.create': {
    calls: ASYNC_CALL + 1,
    why: 'Async.VDI.create; its own uuid as tag, known only afterwards',
  },
  'vdisk.attach': { calls: 1, why: 'VBD.create; a halted VM plugs at its start' },
};

/**
 * `VM.set_other_config` (tags), `VM.set_xenstore_data` (guest data), `VM.set_name_description` (which server it is) and
 * `VM.provision`; XenAPI has no call that sets several fields at once.
 */
const CONFIGURE = 4;

/** Throws RangeError for a kind that no deployment needs, and for a server without a template. */
export function neededCalls(
  actions: readonly Action[],
  templateOf: (server: VServerId) => TemplateFacts | undefined,
): number {
  return actions.reduce((sum, action) => sum + neededBy(action, templateOf), 0);
}

function neededBy(action: Action, templateOf: (server: VServerId) => TemplateFacts | undefined): number {
  if (action.kind !== 'vserver.configure') {
    const fixed = FIXED[action.kind];
    if (fixed === undefined) throw new RangeError(`a deployment needs no ${action.kind}`);
    return fixed.calls;
  }
  const template = templateOf(action.part);
  if (template === undefined) throw new RangeError(`${action.part} has no template`);
  const { vcpus, memoryMiB } = action.settings;
  const memory = template.memoryLimits.every((limit) => limit === memoryMiB * MIB) ? 0 : 1;
  // Two fields, maximum and at start-up.
  const processors = vcpus === template.vcpus ? 0 : 2;
  // One tag for each disk that came with the clone.
  return CONFIGURE + memory + processors + template.disks;
}
