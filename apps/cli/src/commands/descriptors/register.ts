/** Descriptors: versioned blueprints of systems. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerCaptureSystem, registerCopyDescriptor } from './copy.js';
import { registerCreateDescriptor } from './create.js';
import { registerExportDescriptor } from './export.js';
import { registerImportDescriptor } from './import.js';
import { registerListDescriptors } from './list.js';
import { registerDeleteDescriptor, registerDescriptorKey } from './share.js';
import { registerShowDescriptor } from './show.js';
import { registerValidateDescriptor } from './validate.js';

export function registerDescriptors(program: Command, shell: Shell): void {
  const descriptors = program
    .command('descriptors')
    .summary('list, show, check, store, capture and share VSYS Descriptors')
    .description('Versioned blueprints of systems. A version never changes.');
  registerListDescriptors(descriptors, shell);
  registerShowDescriptor(descriptors, shell);
  registerValidateDescriptor(descriptors, shell);
  registerCreateDescriptor(descriptors, shell);
  registerImportDescriptor(descriptors, shell);
  registerExportDescriptor(descriptors, shell);
  registerCaptureSystem(descriptors, shell);
  registerCopyDescriptor(descriptors, shell);
  registerDescriptorKey(descriptors, shell);
  registerDeleteDescriptor(descriptors, shell);
}
