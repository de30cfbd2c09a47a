/** EFMs of a design, with every default written out. */
import { designEfm, efmNics, type EfmDesign } from '../../efm/registry.js';
import type { ConcreteDescriptor } from '../schema/descriptor.schema.js';
import type { DesignNic } from './vsys-design.js';

export const designNics = (
  nics: readonly (Omit<DesignNic, 'address'> & { readonly address?: string })[],
): DesignNic[] => nics.map(({ address, ...nic }) => ({ ...nic, address: address ?? null }));

export function designEfms(descriptor: ConcreteDescriptor, orders: ReadonlyMap<string, number>): EfmDesign[] {
  const nets = Object.keys(descriptor.vnets);
  const efms = Object.entries(descriptor.efms ?? {}).map(([name, efm]) =>
    designEfm(efm, {
      name,
      type: efm.type ?? null,
      power: efm.power ?? 'running',
      startOrder: orders.get(name) ?? 0,
      nics: designNics(efmNics(efm, nets)),
      ...(efm.redundant === true ? { redundant: true } : {}),
    }),
  );
  return efms.toSorted((a, b) => Number(b.kind === 'firewall') - Number(a.kind === 'firewall'));
}
