/** What is metered, how much of it lies in each hour, and what that costs. Pure but for `closeHour`, which uses a port. */
export * from './close-hour.js';
export * from './holdings.js';
export * from './dimensions.js';
export * from './hours.js';
export * from './meter-hour.js';
export * from './money.js';
export * from './price.js';
export * from './products.js';
export * from './rate.js';
export * from './running-price.js';
export * from './usage-store.port.js';
export * from './statement/begun-days.js';
export * from './statement/corrections.js';
export * from './statement/period.js';
export * from './statement/statement-line.js';
export * from './statement/statement.js';
export * from './statement/tiers.js';
