export { endImagesOfClosed } from './end-images.js';
export * from './image-downloads.js';
export * from './image-operations.js';
export * from './image-places.js';
export * from './image-rows.js';
export * from './image-sharing.js';
export { endImage, settleImageOperation } from './settle-image-operation.js';
