/**
 * The agent's own settings: one JSON file, written by cloud-init from the config drive.
 *
 *   { "apiUrl": "https://api.example:3443", "tokenFile": "/etc/openvsys-efm/token", "caFile": "/etc/openvsys-efm/ca.pem" }
 */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

export interface Settings {
  readonly apiUrl: URL;
  readonly token: string;
  /** PEM: the only authority that the API's certificate may come from. */
  readonly ca: string;
  /** Survives a reboot. */
  readonly stateFolder: string;
  /** Empty after a reboot. */
  readonly runFolder: string;
  /** How long one poll may wait for news, s; 1 to 60. */
  readonly pollSeconds: number;
  /** Time between two reports when nothing happens, s. */
  readonly reportSeconds: number;
  /** Time between two looks at programs, probes and links, s. */
  readonly lookSeconds: number;
  /** After a change the API must be reached again within this time, s, else the change is taken back. */
  readonly confirmSeconds: number;
  /** Where the kernel's messages are read, for rules that log. `null`: nowhere. */
  readonly kernelLog: string | null;
}

const DEFAULTS = {
  stateFolder: '/var/lib/openvsys-efm',
  runFolder: '/run/openvsys-efm',
  pollSeconds: 50,
  reportSeconds: 30,
  lookSeconds: 5,
  confirmSeconds: 30,
  kernelLog: '/dev/kmsg',
} as const;

/** Throws with the name of the first wrong setting. */
export async function readSettings(path: string): Promise<Settings> {
  const raw = { ...DEFAULTS, ...(JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>) };
  const fileOf = (name: string): string => {
    const value: unknown = (raw as Record<string, unknown>)[name];
    if (typeof value !== 'string' || value === '') throw new Error(`${path}: ${name} must be a path.`);
    return isAbsolute(value) ? value : join(dirname(path), value);
  };
  const secondsOf = (
    name: 'pollSeconds' | 'reportSeconds' | 'lookSeconds' | 'confirmSeconds',
    most: number,
  ): number => {
    const value: unknown = raw[name];
    if (typeof value === 'number' && value >= 1 && value <= most) return value;
    throw new Error(`${path}: ${name} must be a number from 1 to ${most}.`);
  };
  const apiUrl = new URL(String((raw as Record<string, unknown>)['apiUrl']));
  if (apiUrl.protocol !== 'https:') throw new Error(`${path}: apiUrl must begin with https://.`);
  return {
    apiUrl,
    token: (await readFile(fileOf('tokenFile'), 'utf8')).trim(),
    ca: await readFile(fileOf('caFile'), 'utf8'),
    stateFolder: fileOf('stateFolder'),
    runFolder: fileOf('runFolder'),
    pollSeconds: secondsOf('pollSeconds', 60),
    reportSeconds: secondsOf('reportSeconds', 3600),
    lookSeconds: secondsOf('lookSeconds', 60),
    confirmSeconds: secondsOf('confirmSeconds', 600),
    kernelLog: raw.kernelLog === null ? null : fileOf('kernelLog'),
  };
}
