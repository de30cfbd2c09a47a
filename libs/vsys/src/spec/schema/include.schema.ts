/** Descriptors inside a descriptor, as it is written. They are resolved before anything else looks at it. */
import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { templateSchema } from './descriptor.schema.js';
import { parameterName, partName } from './fields.js';

const value = z.union([z.string().max(LIMITS.parameterTextLength), z.number(), z.boolean()]);

export const includeSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Of a stored descriptor.', examples: ['three-tier'] }),
    version: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'It never changes, so neither does what is included.', examples: ['1.0.0'] }),
    parameters: z
      .record(parameterName, value)
      .exactOptional()
      .meta({
        description:
          'Values, which may refer to parameters of this descriptor. Those that are not given become parameters of this descriptor, named with the prefix.',
        examples: [{ webCount: '${webCount}' }],
      }),
    vnets: z
      .record(partName, partName)
      .exactOptional()
      .meta({
        description: 'VNets of it that are VNets of this descriptor instead.',
        examples: [{ dmz: 'front' }],
      }),
    without: z
      .array(partName)
      .max(LIMITS.efms)
      .exactOptional()
      .meta({
        description: 'EFMs of it that are left out, for example its firewall.',
        examples: [['fw']],
      }),
  })
  .meta({ title: 'Included descriptor' });

/** Before includes are resolved. */
export const writtenSchema = templateSchema.extend({
  include: z.record(partName, includeSchema).exactOptional().meta({
    description:
      'Descriptors inside this one, by prefix: their part `web` becomes `<prefix>-web`. Names stay within 20 characters.',
  }),
});

export type Include = z.infer<typeof includeSchema>;
