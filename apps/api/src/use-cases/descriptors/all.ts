/** What is done with descriptors. */
import type { Type } from '@nestjs/common';
import { CaptureSystem } from './capture-system.js';
import { ExportDescriptor } from './export-descriptor.js';
import { ImportDescriptor } from './import-descriptor.js';
import { ManageDescriptors } from './manage-descriptors.js';
import { PriceDescriptors } from './price-descriptors.js';
import { ShareDescriptor } from './share-descriptor.js';
import { UnregisterDescriptor } from './unregister-descriptor.js';

export const DESCRIPTOR_USE_CASES: readonly Type<object>[] = [
  CaptureSystem,
  ExportDescriptor,
  ImportDescriptor,
  ManageDescriptors,
  PriceDescriptors,
  ShareDescriptor,
  UnregisterDescriptor,
];
