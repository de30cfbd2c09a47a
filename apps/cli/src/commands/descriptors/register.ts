/** Descriptors: versioned blueprints of systems. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerCreateDescriptor } from './create.js';
import { registerListDescriptors } from './list.js';
import { registerShowDescriptor } from './show.js';
import { registerValidateDescriptor } from './validate.js';

export function registerDescriptors(program: Command, shell: Shell): void {
  const descriptors = program
    .command('descriptors')
    .summary('list, show, check and store VSYS Descriptors')
    .description('Versioned blueprints of systems. A version never changes.');
  registerListDescriptors(descriptors, shell);
  registerShowDescriptor(descriptors, shell);
  registerValidateDescriptor(descriptors, shell);
  registerCreateDescriptor(descriptors, shell);
}
