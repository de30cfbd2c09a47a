/** Lists page by key: the cursor names the last row of the page before, so a page costs the same wherever it is. */
import type { PageRequest } from '@openvsys/persistence';
import { Text, Whole } from './fields.js';

/** Rows of a page when the caller does not say. */
export const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

export class PageQuery {
  @Whole({
    description: `Rows of a page, at most ${MAX_LIMIT}.`,
    example: 50,
    minimum: 1,
    maximum: MAX_LIMIT,
    optional: true,
  })
  limit?: number;

  @Text({
    description: 'The `nextCursor` of the page before.',
    example: 'eyJrIjoiMDE5MzlkIn0',
    maxLength: 500,
    optional: true,
  })
  cursor?: string;

  @Text({
    description: 'Only these fields of each row, separated by commas; all without it.',
    example: 'id,name',
    minLength: 1,
    maxLength: 1_000,
    optional: true,
  })
  fields?: string;
}

export class PageView {
  @Text({
    description: 'Cursor of the next page; null on the last one.',
    example: null,
    maxLength: 500,
    nullable: true,
  })
  nextCursor!: string | null;
}

export function pageRequestOf(query: PageQuery): PageRequest {
  return { limit: query.limit ?? DEFAULT_LIMIT, cursor: query.cursor };
}
