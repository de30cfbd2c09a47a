import { Initial1795392000000 } from './1795392000000-initial.js';

/** In order of their timestamps. */
export const MIGRATIONS = [Initial1795392000000];
