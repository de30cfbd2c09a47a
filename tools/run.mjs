#!/usr/bin/env node
/**
 * Entry of every npm script. Works on a clone without node_modules and on any Node that npm itself runs on:
 * installs what the lock file asks for, then continues under the Node that comes with the dependencies.
 *
 *   npm start ─► run.mjs (system Node, built-ins only) ─► npm ci when needed ─► vendored Node ─► tools/commands/<name>.ts
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, constants, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** First Node that every dependency accepts (`engines` in package.json). */
const OLDEST_NODE = [22, 22];

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** npm's hidden lock says what really is in node_modules; compare it with what is asked for. */
function isInstalled() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // Other platforms' packages and optional peers are in the lock but never on this disk.
    if (!found) return entry.optional === true || entry.peer === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  console.log('Installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath;
  // NODE_ENV=production or a user's npmrc must not leave out the compiler and the packaged Node.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) fail(`npm ci failed (${run.error?.message ?? `exit code ${run.status}`})`);
}

function findNode() {
  const vendored = join(root, 'node_modules', `node-${platform()}-${arch()}`, 'bin/node');
  if (existsSync(vendored)) return vendored;
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isRecent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return isRecent ? process.execPath : undefined;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * npm killed with -9 leaves this process behind: then stop too, and everything below with it. The scripts in
 * package.json say `exec`, so that npm itself is the parent and not a shell that would outlive it.
 */
function stopWithParent(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}

function runCommand(node, name, args) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  // The IPC channel closes when this process dies by whatever signal: the command takes that as "stop".
  const child = spawn(
    node,
    ['--disable-warning=ExperimentalWarning', join(root, `tools/commands/${name}.ts`), ...args],
    {
      cwd: root,
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  );
  stopWithParent(child);
  // Ctrl-C reaches the whole process group: wait for the command to end cleanly by itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [name = '', ...args] = process.argv.slice(2);
if (!existsSync(join(root, `tools/commands/${name}.ts`))) fail(`Unknown command '${name}'`);
if (!isInstalled()) install();
const node = findNode();
if (!node)
  fail(`Node ${OLDEST_NODE.join('.')} or newer is needed: none is packaged for ${platform()}-${arch()}`);
runCommand(node, name, args);
