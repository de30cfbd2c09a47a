/** The folder in which contents of images wait. */
export { SpoolFolder, type SpooledFile, type SpoolEntry } from './spool-folder.js';
