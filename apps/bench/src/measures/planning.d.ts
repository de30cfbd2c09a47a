import { type Measure } from '../measure.js';
export declare const source: (count: number) => string;
/** The rows of the system as they are stored, its spec among them. */
export declare const ROWS: string[];
export declare const planning: Measure;
