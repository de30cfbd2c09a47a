export * from './vsys-spec.js';
