/** Single parts of a system added, changed, removed. */
export * from './disks.js';
export * from './efms.js';
export * from './networks.js';
export * from './nics.js';
export * from './rename-server.js';
export * from './servers.js';
export { draftError, sourceOfDraft, type SystemDraft, type SystemSource } from './system-draft.js';
