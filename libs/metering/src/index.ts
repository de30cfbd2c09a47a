/** What is metered, how much of it lies in each hour, and what that costs. Pure but for `closeHour`, which uses a port. */
export * from './close-hour.js';
export * from './holdings.js';
export * from './dimensions.js';
export * from './hours.js';
export * from './meter-hour.js';
export * from './price.js';
export * from './products.js';
export * from './rate.js';
export * from './running-price.js';
export * from './usage-store.port.js';
