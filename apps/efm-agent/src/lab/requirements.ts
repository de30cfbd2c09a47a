/**
 * What a machine must have for tests with real packets. Where something is missing the test is skipped and says so aloud,
 * so that a green run never hides that nothing was tried.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Tool =
  | 'nft'
  | 'haproxy'
  | 'dnsmasq'
  | 'keepalived'
  | 'wg'
  | 'wireguard-go'
  | 'ip'
  | 'conntrack'
  | 'tcpdump'
  | 'curl'
  | 'busybox'
  | 'openssl';

const SEARCHED = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

let namespaces: string | undefined | null = null;

/** Why namespaces cannot be made here; undefined when they can. */
function findNamespaceObstacle(): string | undefined {
  if (namespaces !== null) return namespaces;
  const made = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'true'], {
    encoding: 'utf8',
  });
  namespaces =
    made.status === 0 ? undefined : `namespaces cannot be made: ${made.error?.message ?? made.stderr.trim()}`;
  return namespaces;
}

/** What is missing for a lab with these tools; undefined when all is there. */
export function findObstacle(tools: readonly Tool[]): string | undefined {
  if (process.platform !== 'linux') return 'it is not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const missing = [...tools, 'ip', 'unshare', 'nsenter'].filter(
    (tool) => !SEARCHED.some((folder) => existsSync(`${folder}/${tool}`)),
  );
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  if (tools.includes('wireguard-go') && !existsSync('/dev/net/tun')) return 'the kernel has no /dev/net/tun';
  return findNamespaceObstacle();
}

/** Of a vitest test, what is used here. */
interface TestContext {
  readonly task: { readonly name: string };
  skip(note: string): void;
}

/** First line of each such test. */
export function needs(context: TestContext, ...tools: readonly Tool[]): void {
  const obstacle = findObstacle(tools);
  if (obstacle === undefined) return;
  process.stderr.write(`SKIPPED, no real packets: “${context.task.name}” – ${obstacle}\n`);
  context.skip(obstacle);
}
