import { stringify } from 'yaml';
import type { Descriptor } from '../schema/descriptor.schema.js';

/** Canonical text of a descriptor: parsing it gives the same descriptor again. Comments of the original are lost. */
export function printDescriptor(descriptor: Descriptor, format: 'yaml' | 'json' = 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(descriptor, undefined, 2)}\n`;
  // No anchors: equal parts are written out, so that the text never meets the bound on aliases.
  return stringify(descriptor, { aliasDuplicateObjects: false, lineWidth: 110 });
}
