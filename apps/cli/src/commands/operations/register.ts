/** Operations: what was asked for and how far it is. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerControl } from './control.js';
import { registerListOperations } from './list.js';
import { registerShowOperation } from './show.js';
import { registerWaitForOperation } from './wait.js';
import { registerWatchOperation } from './watch.js';

export function registerOperations(program: Command, shell: Shell): void {
  const operations = program
    .command('operations')
    .summary('list, show, watch, cancel and resume operations')
    .description('Operations: what was asked for, and how far it is.');
  registerListOperations(operations, shell);
  registerShowOperation(operations, shell);
  registerWatchOperation(operations, shell);
  registerWaitForOperation(operations, shell);
  registerControl(operations, shell);
}
