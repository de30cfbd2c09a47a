export * from './image-reference.js';
export * from './image-states.js';
