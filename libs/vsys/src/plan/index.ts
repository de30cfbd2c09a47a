export * from './action.js';
export * from './observed.js';
