/** Controllers of single parts. */
import type { Type } from '@nestjs/common';
import { ConsoleController } from '../consoles/console.controller.js';
import { DiagnosisController } from './diagnosis.controller.js';
import { DiskPartsController } from './disk-parts.controller.js';
import {
  EfmSeatsController,
  NetPartsController,
  PublicIpPartsController,
} from './network-parts.controller.js';
import {
  PublicIpsController,
  VDisksController,
  VNetsController,
  VServersController,
} from './parts.controllers.js';
import { PowerController } from './power.controller.js';
import { RescueController } from './rescue.controller.js';
import { ServerPartsController } from './server-parts.controller.js';

export const PART_CONTROLLERS: readonly Type<object>[] = [
  VServersController,
  ServerPartsController,
  PowerController,
  RescueController,
  DiagnosisController,
  ConsoleController,
  VDisksController,
  DiskPartsController,
  VNetsController,
  NetPartsController,
  PublicIpsController,
  PublicIpPartsController,
  EfmSeatsController,
];
