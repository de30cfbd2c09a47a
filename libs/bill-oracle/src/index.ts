/** A second opinion on bills: replays each second, shares nothing with the product. */
export { differencesOf, totalOf, type BilledLine } from './compare.js';
export {
  divide,
  type OracleCount,
  type OracleHolding,
  type OracleNews,
  type OraclePrice,
} from './history.js';
export { replayMonth, type OracleLine, type OracleQuestion } from './replay.js';
