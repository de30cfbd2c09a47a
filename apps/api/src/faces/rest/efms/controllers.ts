/** Controllers of EFMs. */
import type { Type } from '@nestjs/common';
import { EfmCapturesController } from './efm-captures.controller.js';
import { EfmConfigController } from './efm-config.controller.js';
import { EfmPartsController } from './efm-parts.controller.js';
import { EfmReportsController } from './efm-reports.controller.js';
import { EfmTokenController } from './efm-token.controller.js';
import { EfmUpdatesController } from './efm-updates.controller.js';
import { EfmVersionsController } from './efm-versions.controller.js';
import { EfmsController } from './efms.controller.js';

export const EFM_CONTROLLERS: readonly Type<object>[] = [
  EfmsController,
  EfmConfigController,
  EfmPartsController,
  EfmVersionsController,
  EfmReportsController,
  EfmCapturesController,
  EfmTokenController,
  EfmUpdatesController,
];
