export * from './connection-state.js';
export * from './activity.js';
export * from './allowed-actions.js';
export * from './diagnose-server.js';
export * from './operation-outcome.js';
export * from './part-statuses.js';
export * from './states.js';
export * from './vsys-phase.js';
