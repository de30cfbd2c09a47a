/** Controllers of whole systems. Plans come first: their path would be taken for an id. */
import type { Type } from '@nestjs/common';
import { RecycleBinController } from '../settings/recycle-bin.controller.js';
import { SchedulesController } from '../settings/schedules.controller.js';
import { SettingsController } from '../settings/settings.controller.js';
import { DeletionController } from './deletion.controller.js';
import { ChangesController } from './changes.controller.js';
import { CloneController } from './clone.controller.js';
import { TransferController } from './transfer.controller.js';
import { PlansController } from './plans.controller.js';
import { VsysGenerationsController } from './vsys-generations.controller.js';
import { VsysPowerController } from './vsys-power.controller.js';
import { VsysController } from './vsys.controller.js';

export const VSYS_CONTROLLERS: readonly Type<object>[] = [
  PlansController,
  VsysController,
  DeletionController,
  VsysPowerController,
  VsysGenerationsController,
  ChangesController,
  CloneController,
  TransferController,
  SettingsController,
  SchedulesController,
  RecycleBinController,
];
