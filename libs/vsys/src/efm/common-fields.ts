/** Fields that EFMs of all kinds have in a descriptor. */
import { z } from 'zod';
import { description, orText, orWhole, productName, type References } from '../spec/schema/fields.js';
import { startFields } from '../spec/schema/vserver.schema.js';

export const efmFields = <R extends z.ZodType>(refs: References<R>) => ({
  description: description.exactOptional(),
  type: orText(productName, refs)
    .exactOptional()
    .meta({
      description: 'ServerType of the appliance.',
      examples: ['efm.small', 'efm.large'],
    }),
  redundant: orWhole(z.boolean(), refs).exactOptional().meta({
    description: 'Two appliances that stand in for each other (VRRP); the second is named <name>-2.',
    default: false,
  }),
  ...startFields(refs),
});
