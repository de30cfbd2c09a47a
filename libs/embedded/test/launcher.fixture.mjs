// A launcher to be killed: starts both servers, says where they are, and waits for its death.
import { startPostgres, startRedis } from '../dist/index.js';

const folder = process.argv[2];
const [postgres, redis] = await Promise.all([
  startPostgres({ dataDir: `${folder}/postgres` }),
  startRedis({ dataDir: `${folder}/redis`, cacheDir: process.argv[3] }),
]);
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, redis: redis.pid })}\n`);
process.stdin.resume();
