/**
 * Programs for the tests that send real packets. Installed only where that disturbs nobody: as root, with apt, and on a
 * machine without running services (a container, a CI job) or when CI says so. Else those tests are skipped and say why.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Program and Debian's package. `dnsmasq-base` brings no service. */
const PACKAGES: Readonly<Record<string, string>> = {
  nft: 'nftables',
  haproxy: 'haproxy',
  dnsmasq: 'dnsmasq-base',
  keepalived: 'keepalived',
  wg: 'wireguard-tools',
  'wireguard-go': 'wireguard-go',
  ip: 'iproute2',
  conntrack: 'conntrack',
  tcpdump: 'tcpdump',
  curl: 'curl',
  busybox: 'busybox',
  openssl: 'openssl',
};
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const APT_TIMEOUT_MS = 180_000;

const isInstalled = (program: string): boolean =>
  FOLDERS.some((folder) => existsSync(`${folder}/${program}`));

/** Never fails: what could not be installed is said, and the tests that need it are skipped. */
export function ensureLabTools(): void {
  const missing = Object.keys(PACKAGES).filter((program) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => PACKAGES[program] ?? program);
  const obstacle = findObstacle();
  if (obstacle !== undefined) {
    console.warn(`Tests with real packets will be skipped, ${obstacle}. Missing: ${packages.join(' ')}`);
    return;
  }
  console.log(`Installing for tests with real packets: ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: readonly string[]) =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore', timeout: APT_TIMEOUT_MS }).status === 0;
  const install = () => apt('install', '--yes', '--no-install-recommends', ...packages);
  if (!install() && !(apt('update') && install())) {
    console.warn(`Could not install ${packages.join(' ')}: tests that need them will be skipped.`);
  }
}

function findObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'they need root on Linux';
  if (!isInstalled('apt-get')) return 'there is no apt-get to install their programs';
  // Installing a daemon on somebody's own machine starts it.
  if (existsSync('/run/systemd/system') && !process.env['CI']) {
    return 'their programs are not installed and this machine runs services';
  }
  return undefined;
}
