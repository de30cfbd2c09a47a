/** The controllers of back-ups. */
import type { Type } from '@nestjs/common';
import { BackupsController } from './backups.controller.js';
import { BackupCopyKeysController } from './copy-keys.controller.js';
import { BackupPoliciesController } from './policies.controller.js';
import { DiskBackupsController } from './disk-backups.controller.js';

export const BACKUP_CONTROLLERS: readonly Type<object>[] = [
  BackupsController,
  DiskBackupsController,
  BackupCopyKeysController,
  BackupPoliciesController,
];
