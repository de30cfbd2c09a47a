/**
 * Who may import whom. The one place of this decision: the lint plugin enforces it and
 * `docs/architecture.md` explains it. A project's tag stands in its package.json (`nx.tags`).
 */

export const TAGS = ['domain', 'engine', 'adapter', 'sim', 'app', 'client', 'test'] as const;
export type Tag = (typeof TAGS)[number];

interface LayerRule {
  /** Tags of our own projects that may be imported. */
  readonly mayImport: readonly Tag[];
  /** Single projects of ours allowed on top of the tags. */
  readonly alsoProjects?: readonly string[];
  /** When present, the only external packages that may be imported. */
  readonly onlyExternals?: readonly string[];
  /** External packages that may not be imported. */
  readonly notExternals?: readonly string[];
}

/** Frameworks and drivers: whatever talks to the outside belongs to adapters and apps. */
const OUTSIDE_WORLD = [
  '@nestjs/*',
  '@bull-board/*',
  'typeorm',
  'pg',
  'bullmq',
  'ioredis',
  'undici',
  'express',
  'pino',
  'prom-client',
  'node:http',
  'node:https',
  'node:http2',
  'node:net',
  'node:tls',
  'node:dgram',
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:worker_threads',
] as const;

export const LAYERS: Readonly<Record<Tag, LayerRule>> = {
  domain: {
    mayImport: ['domain'],
    // Pure values and schemas only: no node:*, no framework, no I/O.
    onlyExternals: [
      'ajv',
      'ajv-formats',
      'croner',
      'decimal.js',
      'graphology',
      'graphology-dag',
      'graphology-types',
      'ip-address',
      'luxon',
      'typebox',
      'yaml',
      'zod',
    ],
  },
  engine: { mayImport: ['domain', 'engine'], notExternals: OUTSIDE_WORLD },
  adapter: { mayImport: ['domain', 'engine'], alsoProjects: ['@openvsys/config'] },
  sim: { mayImport: ['sim'] },
  app: { mayImport: ['domain', 'engine', 'adapter', 'client'] },
  client: { mayImport: ['client'] },
  test: { mayImport: TAGS },
};

/** Exceptions that narrow a single project further than its tag does. */
export const PROJECT_BANS: Readonly<Record<string, readonly string[]>> = {
  // The API never talks to a pool: only workers hold a pool's lease.
  '@openvsys/api': ['@openvsys/xcp-driver', '@openvsys/embedded'],
  '@openvsys/worker': ['@openvsys/embedded', '@openvsys/api-client'],
  // A simulator that shared code with the driver would share its mistakes too.
  '@openvsys/xcp-sim': ['@openvsys/xcp-driver'],
};

/** Globals and members that make a domain function depend on more than its arguments. */
export const IMPURE_IN_DOMAIN = [
  'Date.now',
  'Math.random',
  'performance.now',
  'process',
  'crypto',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
] as const;

/** Tags whose processes are configured through libs/config only. */
export const CONFIGURED_BY_LIBRARY: readonly Tag[] = ['domain', 'engine', 'adapter', 'app'];
export const CONFIG_PROJECT = '@openvsys/config';
