/** The descriptor's schema as JSON Schema 2020-12: for editors, and to know which keys there are at a place. */
import { z } from 'zod';
import { writtenSchema } from './include.schema.js';

export const descriptorJsonSchema = (): z.core.JSONSchema.JSONSchema =>
  z.toJSONSchema(writtenSchema, { io: 'input', target: 'draft-2020-12' });
