/** What EFM configurations refer to. What the rules mean is checked in libs/efm. */
import { checkEfm } from '../../efm/registry.js';
import type { EfmScope } from '../../efm/efm-scope.js';
import type { Violation } from '../../errors.js';
import type { Outline } from '../outline.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

export function checkEfms(descriptor: Descriptor, outline: Outline): Violation[] {
  return Object.entries(descriptor.efms ?? {}).flatMap(([efm, definition]) => {
    const own = outline.members.find(({ name, kind }) => name === efm && kind !== 'server');
    const scope: EfmScope = {
      outline,
      efm,
      nets: (own?.nics ?? []).flatMap(({ vnet }) => (vnet === undefined ? [] : [vnet])),
      roles: Object.keys(descriptor.vservers),
      publicIps: Object.keys(descriptor.publicIps ?? {}),
      allNets: Object.keys(descriptor.vnets),
    };
    return checkEfm(scope, definition);
  });
}
