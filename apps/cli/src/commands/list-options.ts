/** Options that all lists have. */
import type { Command } from 'commander';
import { DEFAULT_LIMIT, positiveWhole } from '../api/pages.js';

export function addListOptions(command: Command): Command {
  return command
    .option('--limit <rows>', 'rows at most', positiveWhole, DEFAULT_LIMIT)
    .option('--all', 'all rows, however many there are');
}
