export * from './principal.js';
export * from './roles.js';
export * from './scope.js';
