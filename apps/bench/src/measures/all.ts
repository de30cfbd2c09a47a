/** Every measure, in the order in which they run. */
import type { Measure } from '../measure.js';
import { callEconomy } from './call-economy.js';
import { deployTime } from './deploy-time.js';
import { recovery } from './recovery.js';
import { saturationOfPool } from './saturation.js';

export const MEASURES: readonly Measure[] = [deployTime, saturationOfPool, callEconomy, recovery];
