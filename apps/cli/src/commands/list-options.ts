/** Options that all lists have. */
import { Option, type Command } from 'commander';
import { DEFAULT_LIMIT, positiveWhole } from '../api/pages.js';
import { parseWatching } from '../live/watching.js';

export function addListOptions(command: Command): Command {
  return command
    .option('--limit <rows>', 'rows at most', positiveWhole, DEFAULT_LIMIT)
    .option('--all', 'all rows, however many there are')
    .addOption(
      new Option('--watch [time]', 'show it again and again until interrupted (default: 2s)')
        .argParser(parseWatching)
        .preset('2s'),
    );
}
