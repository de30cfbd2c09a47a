/** What a measure is and what comes out of it. */
import type { Servers } from './world/servers.js';
/** One line of the table and of the JSON file. */
export interface Result {
  readonly name: string;
  readonly measured: number;
  /** What no implementation can beat. */
  readonly limit: number;
  /** What we want to reach. */
  readonly goal: number;
  readonly pass: boolean;
  /** How it was measured, and what the number rests on. */
  readonly conditions: string;
}
export interface MeasureContext {
  readonly servers: Servers;
  /** Says what goes on, while it goes on. */
  readonly say: (text: string) => void;
}
export interface Measure {
  /** As in the design: `P1`. */
  readonly id: string;
  readonly title: string;
  /** Why it cannot be measured on this machine; undefined when it can. */
  findObstacle?(): string | undefined;
  run(context: MeasureContext): Promise<readonly Result[]>;
}
interface Finding {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  readonly conditions: string;
}
/** A result where less is better. */
export declare function atMost(goal: number, finding: Finding): Result;
/** A result where more is better. */
export declare function atLeast(goal: number, finding: Finding): Result;
export {};
