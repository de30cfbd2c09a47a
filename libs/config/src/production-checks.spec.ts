import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadApiConfig, loadWorkerConfig } from './index.js';

const safe = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://openvsys:9f2c1d7b@db/openvsys',
  REDIS_URL: 'redis://:41c07aa3@cache:6379',
  SECRET_KEY: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'https://cloud.example.com',
  REQUESTS_PER_MINUTE: '3000',
};

function mistakenNames(load: () => unknown): readonly string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ name }) => name);
    throw error;
  }
}

const WEAK_KEY = Buffer.alloc(32, 7).toString('base64');
const unsafe: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['a public URL without TLS', { PUBLIC_URL: 'http://cloud.example.com' }, 'PUBLIC_URL'],
  ['no limit on requests', { REQUESTS_PER_MINUTE: '0' }, 'REQUESTS_PER_MINUTE'],
  ['a limit that nobody set', { REQUESTS_PER_MINUTE: '' }, 'REQUESTS_PER_MINUTE'],
  ['the user’s name as password', { DATABASE_URL: 'postgresql://openvsys:openvsys@db/x' }, 'DATABASE_URL'],
  ['a password of manuals', { DATABASE_URL: 'postgresql://openvsys:ChangeMe@db/x' }, 'DATABASE_URL'],
  ['no password of the database', { DATABASE_URL: 'postgresql://openvsys@db/x' }, 'DATABASE_URL'],
  ['no password of Redis', { REDIS_URL: 'redis://cache:6379' }, 'REDIS_URL'],
  ['a key that is not random', { SECRET_KEY: WEAK_KEY }, 'SECRET_KEY'],
  ['scaled time', { TIME_SCALE: '60', TIME_ANCHOR: '2026-01-31T12:00:00Z' }, 'TIME_SCALE'],
  [
    'an identity provider without TLS',
    { OIDC_ISSUER: 'http://id.example.com', OIDC_AUDIENCE: 'x' },
    'OIDC_ISSUER',
  ],
];

describe('in production', () => {
  it('the API and the worker start with safe settings', () => {
    expect(mistakenNames(() => loadApiConfig(safe))).toEqual([]);
    expect(mistakenNames(() => loadWorkerConfig(safe))).toEqual([]);
  });

  it.each(unsafe)('the API refuses %s, which is fine elsewhere', (_, setting, name) => {
    expect(mistakenNames(() => loadApiConfig({ ...safe, ...setting }))).toEqual([name]);
    expect(mistakenNames(() => loadApiConfig({ ...safe, ...setting, NODE_ENV: 'development' }))).toEqual([]);
  });

  it('the worker refuses weak passwords and keys too', () => {
    const weak = {
      ...safe,
      DATABASE_URL: 'postgresql://a:a@db/x',
      REDIS_URL: 'redis://cache',
      SECRET_KEY: WEAK_KEY,
    };
    expect(mistakenNames(() => loadWorkerConfig(weak))).toEqual(['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY']);
  });

  it('plain HTTP is fine where nobody else listens', () => {
    for (const PUBLIC_URL of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
      expect(mistakenNames(() => loadApiConfig({ ...safe, PUBLIC_URL }))).toEqual([]);
  });
});
