export * from './choose-host.js';
export * from './choose-pool.js';
export * from './choose-storage.js';
export * from './disk-class.js';
export * from './fit-servers.js';
export * from './memory.js';
export * from './choose-backup-storage.js';
export * from './room-beside.js';
