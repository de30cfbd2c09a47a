/**
 * Named servers with their tokens in one file that only its owner can read (mode 0600).
 *
 *   current: demo
 *   profiles:
 *     demo: { url: http://127.0.0.1:3000, token: … }
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CliError } from './cli-error.js';
import type { Environment } from './environment.js';
import { EXIT } from './exit-codes.js';

const Config = z.object({
  current: z.string().optional(),
  profiles: z.record(z.string(), z.object({ url: z.url(), token: z.string() })).default({}),
});
type Config = z.infer<typeof Config>;

export interface Connection {
  readonly url: string;
  readonly token: string;
}

export interface ConnectionOptions {
  readonly url?: string;
  readonly token?: string;
  readonly profile?: string;
}

export interface ProfileSummary {
  readonly name: string;
  readonly url: string;
  readonly current: boolean;
}

const LOGIN_HINT = 'Run `vsysctl login --url URL --token TOKEN`, or set OPENVSYS_URL and OPENVSYS_TOKEN.';

/** Options win over the environment, the environment wins over the profile. Throws when nothing names a server. */
export async function getConnection(options: ConnectionOptions, env: Environment): Promise<Connection> {
  const url = options.url ?? env.url;
  const token = options.token ?? env.token;
  if (url !== undefined && token !== undefined) return { url, token };
  const profile = await getProfile(options.profile ?? env.profile, env);
  if (url === undefined) return { url: profile.url, token: token ?? profile.token };
  // A token belongs to its server: another server never gets to see it.
  if (originOf(url) === originOf(profile.url)) return { url, token: profile.token };
  throw new CliError(`There is no token for ${url}.`, EXIT.notAllowed, { remedy: LOGIN_HINT });
}

/** Null for what is no URL. */
function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}

/** The named profile, else the current one. */
async function getProfile(named: string | undefined, env: Environment): Promise<Connection> {
  const config = await readConfig(env.configFile);
  const name = named ?? config.current;
  const profile = name === undefined ? undefined : config.profiles[name];
  if (profile !== undefined) return profile;
  if (named !== undefined) throw noProfile(named, config);
  throw new CliError('Not logged in.', EXIT.notAllowed, { remedy: LOGIN_HINT });
}

/** Stores the connection and makes it the current one. */
export async function saveProfile(name: string, connection: Connection, env: Environment): Promise<void> {
  const config = await readConfig(env.configFile);
  await writeConfig(env.configFile, {
    current: name,
    profiles: { ...config.profiles, [name]: { ...connection } },
  });
}

export async function listProfiles(env: Environment): Promise<readonly ProfileSummary[]> {
  const { current, profiles } = await readConfig(env.configFile);
  return Object.entries(profiles)
    .map(([name, { url }]) => ({ name, url, current: name === current }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Makes a stored profile the current one. */
export async function useProfile(name: string, env: Environment): Promise<void> {
  const config = await readConfig(env.configFile);
  if (config.profiles[name] === undefined) throw noProfile(name, config);
  await writeConfig(env.configFile, { ...config, current: name });
}

/** Forgets a profile with its token; the current one when none is named. Answers the name. */
export async function removeProfile(name: string | undefined, env: Environment): Promise<string> {
  const config = await readConfig(env.configFile);
  const gone = name ?? config.current;
  if (gone === undefined) throw new CliError('Not logged in.', EXIT.notAllowed, { remedy: LOGIN_HINT });
  if (config.profiles[gone] === undefined) throw noProfile(gone, config);
  const profiles = Object.fromEntries(Object.entries(config.profiles).filter(([each]) => each !== gone));
  await writeConfig(env.configFile, {
    profiles,
    ...(config.current !== undefined && config.current !== gone ? { current: config.current } : {}),
  });
  return gone;
}

function noProfile(name: string, config: Config): CliError {
  const known = Object.keys(config.profiles);
  return new CliError(`There is no profile “${name}”.`, EXIT.usage, {
    remedy: known.length === 0 ? LOGIN_HINT : `Known profiles: ${known.join(', ')}.`,
  });
}

async function readConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new CliError(`The configuration ${file} cannot be read: ${error.message}`, EXIT.usage);
  });
  const config = Config.safeParse(parsed(text, file) ?? {});
  if (config.success) return config.data;
  throw invalidConfig(file, z.prettifyError(config.error));
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw invalidConfig(file, String(error));
  }
}

function invalidConfig(file: string, why: string): CliError {
  return new CliError(`The configuration ${file} is not valid: ${why}`, EXIT.usage, {
    remedy: 'Correct the file or remove it and log in again.',
  });
}

async function writeConfig(file: string, config: Config): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Written beside and renamed: an interrupted write must not lose the other profiles.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, stringify(config), { mode: 0o600 });
  // An old draft of the same name would have kept its own mode.
  await chmod(draft, 0o600);
  await rename(draft, file);
}
