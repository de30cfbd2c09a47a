/** Every measure, in the order in which they run. */
import type { Measure } from '../measure.js';
import { acceptLatency } from './accept-latency.js';
import { callEconomy } from './call-economy.js';
import { deployTime } from './deploy-time.js';
import { efmChange } from './efm-change.js';
import { efmFleet } from './efm-fleet.js';
import { efmThroughput } from './efm-throughput.js';
import { faceLists } from './face-lists.js';
import { fgcpList } from './fgcp-list.js';
import { freshness } from './freshness.js';
import { hourClosing } from './hour-closing.js';
import { listPages } from './list-pages.js';
import { overload } from './overload.js';
import { pipeline } from './pipeline.js';
import { planning } from './planning.js';
import { quotaCost } from './quota-cost.js';
import { recovery } from './recovery.js';
import { saturationOfPool } from './saturation.js';
import { yearOfATenant } from './year.js';

export const MEASURES: readonly Measure[] = [
  deployTime,
  saturationOfPool,
  callEconomy,
  acceptLatency,
  listPages,
  faceLists,
  fgcpList,
  planning,
  pipeline,
  quotaCost,
  hourClosing,
  recovery,
  freshness,
  efmChange,
  efmThroughput,
  efmFleet,
];

/** They take many minutes: only when they are named. */
export const LONG_MEASURES: readonly Measure[] = [yearOfATenant, overload];
