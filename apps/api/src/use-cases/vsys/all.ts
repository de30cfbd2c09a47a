/** Use cases of whole systems. */
import type { Type } from '@nestjs/common';
import { ChangeSpec } from './change-spec.js';
import { ChangeWholePower } from './change-whole-power.js';
import { ReadGenerations } from './read-generations.js';

export const WHOLE_SYSTEM_USE_CASES: readonly Type<object>[] = [
  ChangeSpec,
  ChangeWholePower,
  ReadGenerations,
];
