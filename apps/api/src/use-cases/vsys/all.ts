/** Use cases of whole systems. */
import type { Type } from '@nestjs/common';
import { ManageRecycleBin } from '../settings/recycle-bin.js';
import { ManageSchedules } from '../settings/vsys-schedules.js';
import { ManageSettings } from '../settings/vsys-settings.js';
import { ChangeSpec } from './change-spec.js';
import { ChangeWholePower } from './change-whole-power.js';
import { EnsureDefaultSystem } from './default-system.js';
import { LearntEstimates } from './learnt-estimates.js';
import { PlanDeletion } from './plan-deletion.js';
import { ReadGenerations } from './read-generations.js';
import { ReadOutline } from './read-outline.js';
import { RestoreVsys } from './restore-vsys.js';
import { TransferVsys } from './transfer-vsys.js';

export const WHOLE_SYSTEM_USE_CASES: readonly Type<object>[] = [
  ChangeSpec,
  ChangeWholePower,
  EnsureDefaultSystem,
  LearntEstimates,
  ManageRecycleBin,
  ManageSchedules,
  ManageSettings,
  PlanDeletion,
  ReadGenerations,
  ReadOutline,
  RestoreVsys,
  TransferVsys,
];
