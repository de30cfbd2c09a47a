/** Where to start and beside whom are wishes: they end with the role or EFM that they name. Rules of EFMs do not. */
import type { Descriptor } from '../schema/descriptor.schema.js';

type Affinity = Descriptor['vservers'][string]['affinity'];

/** The descriptor without wishes that name a role or EFM that goes. */
export function withoutWishes(descriptor: Descriptor, gone: string): Descriptor {
  const vservers = Object.entries(descriptor.vservers).map(
    ([name, { startAfter, affinity, ...role }]) =>
      [
        name,
        { ...role, ...keptList('startAfter', startAfter, gone), ...keptAffinity(affinity, gone) },
      ] as const,
  );
  const efms = Object.entries(descriptor.efms ?? {}).map(
    ([name, { startAfter, ...efm }]) =>
      [name, { ...efm, ...keptList('startAfter', startAfter, gone) }] as const,
  );
  return {
    ...descriptor,
    vservers: Object.fromEntries(vservers),
    ...(descriptor.efms === undefined ? {} : { efms: Object.fromEntries(efms) }),
  };
}

/** A list that names nobody any more says nothing. */
function keptList<Key extends string>(
  key: Key,
  names: readonly string[] | undefined,
  gone: string,
): { readonly [K in Key]?: string[] } {
  const kept = names?.filter((name) => name !== gone) ?? [];
  return kept.length === 0 ? {} : ({ [key]: kept } as { readonly [K in Key]?: string[] });
}

function keptAffinity(affinity: Affinity, gone: string): { readonly affinity?: NonNullable<Affinity> } {
  const kept = {
    ...keptList('apartFrom', affinity?.apartFrom, gone),
    ...keptList('nearTo', affinity?.nearTo, gone),
  };
  return Object.keys(kept).length === 0 ? {} : { affinity: kept };
}
