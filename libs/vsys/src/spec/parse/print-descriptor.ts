import { Document, visit } from 'yaml';
import type { Descriptor } from '../schema/descriptor.schema.js';

/** A line of nothing but blanks: the library loses them in block texts. */
const BLANK_LINE = /^[ \t]+$/m;

/** Canonical text of a descriptor: parsing it gives the same descriptor again. Comments of the original are lost. */
export function printDescriptor(descriptor: Descriptor, format: 'yaml' | 'json' = 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(descriptor, undefined, 2)}\n`;
  // No anchors: equal parts are written out, so that the text never meets the bound on aliases.
  const document = new Document(descriptor, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && BLANK_LINE.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 110 });
}
