/** The only reader of the process environment in the CLI. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Environment {
  /** Overrides the profile's server, e.g. `http://127.0.0.1:3000`. */
  readonly url: string | undefined;
  /** Overrides the profile's token; keeps tokens out of shell history and process lists. */
  readonly token: string | undefined;
  readonly profile: string | undefined;
  readonly configFile: string;
  /** `none` by NO_COLOR (https://no-color.org). */
  readonly colors: 'allowed' | 'none';
  /** In CI nobody watches a terminal, even when there is one. */
  readonly audience: 'people' | 'machine';
}

/** Empty variables count as not set: scripts unset that way. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const value = (name: string): string | undefined => env[name] || undefined;
  const configHome = value('XDG_CONFIG_HOME') ?? join(homedir(), '.config');
  return {
    url: value('OPENVSYS_URL'),
    token: value('OPENVSYS_TOKEN'),
    profile: value('OPENVSYS_PROFILE'),
    configFile: value('OPENVSYS_CONFIG') ?? join(configHome, 'openvsys', 'config.yaml'),
    colors: value('NO_COLOR') === undefined ? 'allowed' : 'none',
    audience: value('CI') === undefined && env['TERM'] !== 'dumb' ? 'people' : 'machine',
  };
}
