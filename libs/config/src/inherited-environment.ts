/** The environment for a child process: ours, with changes; `undefined` removes a variable. */
import type { Environment } from './read-settings.js';

export function inheritedEnvironment(changes: Environment): Record<string, string> {
  const merged = { ...process.env, ...changes };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
