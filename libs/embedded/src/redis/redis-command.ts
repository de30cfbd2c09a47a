/** Finds a Redis or Valkey server program, in the order: installed, unpacked by us, installed by apt as root. */
import { commandWorks, runCommand } from '../process/run-command.js';
import { unpackDebianRedis } from './unpack-debian-redis.js';

export interface RedisCommand {
  readonly command: string;
  readonly libraryPath?: string;
}

/** Rejects with what to do when there is no way to a server; the message lists what was tried. */
export async function getRedisCommand(cacheDir: string): Promise<RedisCommand> {
  const installed = await findInstalled();
  if (installed) return installed;
  const failures: string[] = [];
  const unpacked = await unpackDebianRedis(cacheDir).catch(
    (error: Error) => void failures.push(error.message),
  );
  if (
    unpacked &&
    (await commandWorks('env', [`LD_LIBRARY_PATH=${unpacked.libraryPath}`, unpacked.command, '-v']))
  ) {
    return unpacked;
  }
  const system = await installWithApt().catch((error: Error) => void failures.push(error.message));
  if (system) return system;
  throw new Error(
    [
      "No Redis server: set REDIS_URL, or install 'redis-server' or 'valkey' (Redis 5 or newer).",
      ...failures,
    ].join('\n'),
  );
}

async function findInstalled(): Promise<RedisCommand | undefined> {
  for (const command of ['valkey-server', 'redis-server']) {
    if (await commandWorks(command, ['--version'])) return { command };
  }
  return undefined;
}

async function installWithApt(): Promise<RedisCommand | undefined> {
  const mayInstall = process.getuid?.() === 0 && (await commandWorks('apt-get', ['--version']));
  if (!mayInstall) return undefined;
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server']);
  return findInstalled();
}
