/** The built programs of the workspace. */
import { join } from 'node:path';

/** This file is built to apps/local/dist/stack/. */
export const workspaceRoot = join(import.meta.dirname, '../../../..');

export const PROGRAMS = {
  api: join(workspaceRoot, 'apps/api/dist/main.js'),
  worker: join(workspaceRoot, 'apps/worker/dist/main.js'),
  simulator: join(workspaceRoot, 'apps/xcp-sim/dist/main.js'),
} as const;

export const descriptorsFolder = join(workspaceRoot, 'descriptors');

/** Server programs fetched once for all data folders. */
export const cacheFolder = join(workspaceRoot, '.openvsys/cache');
