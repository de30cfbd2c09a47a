/**
 * The effects of many actions one after the other. Each `predict` makes a new observation, so a wave of a thousand of them would
 * copy a thousand parts a thousand times; what concerns one part alone is shown an observation of that part alone.
 */
import type { Action, ActionKind } from './action.js';
import type { ObservedVsys } from './observed.js';
import { predict } from './predict.js';

/** Actions that change the entry of their own part and look at no other; those that are not here only take longer. */
const OF_ITS_PART: ReadonlySet<ActionKind> = new Set([
  'vnet.create',
  'nic.create',
  'vdisk.create',
  'vdisk.attach',
  'vserver.clone',
  'vserver.configure',
  'vserver.start',
  'vserver.await',
  'config-drive.insert',
]);

/** The same parts as `actions.reduce(predict, observed)`, maybe in another order. Linear in the number of parts and actions. */
export function predictAll(observed: ObservedVsys, actions: readonly Action[]): ObservedVsys {
  let now = observed;
  for (let from = 0; from < actions.length;) {
    const rest = actions.slice(from);
    const other = rest.findIndex(({ kind }) => !OF_ITS_PART.has(kind));
    const alone = other === -1 ? rest : rest.slice(0, other);
    now = predictAlone(now, alone);
    const next = rest[alone.length];
    if (next !== undefined) now = predict(now, next);
    from += alone.length + 1;
  }
  return now;
}

function predictAlone(observed: ObservedVsys, actions: readonly Action[]): ObservedVsys {
  if (actions.length === 0) return observed;
  const [nets, servers] = [entriesOf(observed.nets), entriesOf(observed.servers)];
  const [disks, nics] = [entriesOf(observed.disks), entriesOf(observed.nics)];
  for (const action of actions) {
    const { part } = action;
    const after = predict(
      { nets: nets.of(part), servers: servers.of(part), disks: disks.of(part), nics: nics.of(part) },
      action,
    );
    nets.put(after.nets);
    servers.put(after.servers);
    disks.put(after.disks);
    nics.put(after.nics);
  }
  return { ...observed, nets: nets.all(), servers: servers.all(), disks: disks.all(), nics: nics.all() };
}

/** A list whose entries are found and replaced by their ids. */
function entriesOf<T extends { readonly id: string }>(parts: readonly T[]) {
  const byId = new Map<string, T>(parts.map((part) => [part.id, part]));
  return {
    of(id: string): readonly T[] {
      const part = byId.get(id);
      return part === undefined ? [] : [part];
    },
    put(entries: readonly T[]): void {
      for (const part of entries) byId.set(part.id, part);
    },
    all: (): readonly T[] => [...byId.values()],
  };
}
