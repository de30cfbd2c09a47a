/** Rules over several settings. */
import type { CrossCheck } from './read-settings.js';

/** Scaled time makes bills wrong on purpose. */
export const noScaledTimeInProduction: CrossCheck = (environment) => {
  const isScaled = environment['TIME_SCALE'] !== undefined && Number(environment['TIME_SCALE']) !== 1;
  if (environment['NODE_ENV'] !== 'production' || !isScaled) return undefined;
  return { name: 'TIME_SCALE', reason: 'must be 1 (or absent) when NODE_ENV is production' };
};

/** A pool of one's own comes with credentials, all or none. */
export const wholePool: CrossCheck = (environment) => {
  if (!environment['XCP_POOL_URL']) return undefined;
  const missing = ['XCP_POOL_USER', 'XCP_POOL_PASSWORD'].filter((name) => !environment[name]);
  if (missing.length === 0) return undefined;
  return { name: missing.join(' and '), reason: 'must be set together with XCP_POOL_URL' };
};
