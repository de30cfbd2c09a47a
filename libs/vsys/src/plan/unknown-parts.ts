/**
 * Parts whose numbers were never given out: the database is older than the pool, because it was restored from a copy.
 * They live on in the pool, and nobody removes them but a person; the planner must not even see them.
 */
import type { VServerId, VsysId } from '../ids.js';
import type { PartNumbers } from '../spec/allocate/allocation.js';
import type { VsysSpec } from '../spec/vsys-spec.js';
import type { ObservedVsys } from './observed.js';

const SERIES = { S: 'server', D: 'disk', X: 'snapshot', B: 'backup' } as const;
const NUMBERED = /^-([SDXB])-(\d+)$/;

/** The VSYS has never had a part of this number. Parts of others and those with names are not judged. */
export function isNeverGivenOut(vsys: VsysId, part: string, numbers: PartNumbers): boolean {
  if (!part.startsWith(`${vsys}-`)) return false;
  const [, letter, digits] = NUMBERED.exec(part.slice(vsys.length)) ?? [];
  if (letter === undefined || digits === undefined) return false;
  if (numbers.passedOver?.includes(part) === true) return true;
  return Number(digits) > (numbers[SERIES[letter as keyof typeof SERIES]] ?? 0);
}

/**
 * The observation without what was never given out, and without the unwanted nets that it is connected to. `recorded`: parts
 * that the database knows whatever their numbers.
 */
export function withoutUnknown(
  spec: VsysSpec,
  observed: ObservedVsys,
  numbers: PartNumbers,
  recorded: ReadonlySet<string> = new Set(),
): ObservedVsys {
  const isKnown = ({ id }: { readonly id: string }): boolean =>
    recorded.has(id) || !isNeverGivenOut(spec.vsysId, id, numbers);
  const { servers, disks, nics, nets, snapshots = [], backups = [] } = observed;
  if ([...servers, ...disks, ...snapshots, ...backups].every(isKnown)) return observed;
  const isOfUnknown = ({ server }: { readonly server: VServerId }): boolean => !isKnown({ id: server });
  const wanted = new Set<string>(spec.presence === 'present' ? spec.nets.map(({ id }) => id) : []);
  const held = new Set<string>(nics.filter(isOfUnknown).map(({ net }) => net));
  return {
    ...observed,
    servers: servers.filter(isKnown),
    disks: disks.filter(isKnown),
    nics: nics.filter((nic) => !isOfUnknown(nic)),
    nets: nets.filter(({ id }) => wanted.has(id) || !held.has(id)),
    snapshots: snapshots.filter(isKnown),
    backups: backups.filter(isKnown),
  };
}
