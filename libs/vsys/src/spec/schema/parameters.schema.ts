/** Declarations of parameters: what may be chosen when a VSYS is made from the descriptor. */
import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { description } from './fields.js';

const common = {
  title: z.string().max(100).exactOptional(),
  description: description.exactOptional(),
  secret: z
    .boolean()
    .exactOptional()
    .meta({ description: 'The value is never shown again.', default: false }),
};

const number = (type: 'integer' | 'number', value: z.ZodNumber) =>
  z.strictObject({
    type: z.literal(type),
    default: value.exactOptional(),
    minimum: value.exactOptional(),
    maximum: value.exactOptional(),
    enum: z.array(value).min(1).max(200).exactOptional(),
    ...common,
  });

const text = z.strictObject({
  type: z.literal('string'),
  default: z.string().max(LIMITS.parameterTextLength).exactOptional(),
  enum: z.array(z.string().max(LIMITS.parameterTextLength)).min(1).max(200).exactOptional(),
  pattern: z
    .string()
    .max(200)
    .exactOptional()
    .meta({
      description:
        'For the whole value: a row of characters and classes with repetitions; no groups or alternatives.',
      examples: ['[a-z][a-z0-9-]{0,14}'],
    }),
  minLength: z.int().min(0).max(LIMITS.parameterTextLength).exactOptional(),
  maxLength: z.int().min(0).max(LIMITS.parameterTextLength).exactOptional(),
  ...common,
});

const flag = z.strictObject({
  type: z.literal('boolean'),
  default: z.boolean().exactOptional(),
  ...common,
});

export const parameterSchema = z
  .discriminatedUnion('type', [number('integer', z.int()), number('number', z.number()), text, flag])
  .meta({
    title: 'Parameter',
    description: 'Without a default it must be given.',
    examples: [{ type: 'integer', default: 2, minimum: 1, maximum: 20 }],
  });

export type ParameterDeclaration = z.infer<typeof parameterSchema>;
export type ParameterValue = string | number | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;
