import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadApiConfig, loadLocalConfig, loadWorkerConfig } from './index.js';

const key = Buffer.alloc(32, 7).toString('base64');
const good = {
  DATABASE_URL: 'postgresql://openvsys:hunter2@db/openvsys',
  REDIS_URL: 'redis://:hunter2@cache:6379',
  SECRET_KEY: key,
};

function mistakesOf(load: () => unknown): Record<string, string> {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) {
      return Object.fromEntries(error.mistakes.map(({ name, reason }) => [name, reason]));
    }
    throw error;
  }
  return {};
}

describe('configuration of the API', () => {
  it('fills in the defaults and is frozen', () => {
    const config = loadApiConfig(good);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      bodyLimitBytes: 1_048_576,
      logLevel: 'info',
      environment: 'development',
    });
    expect(config.secretKey).toHaveLength(32);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports all mistakes together and shows no value', () => {
    const environment = {
      DATABASE_URL: 'mysql://root:hunter2@db',
      SECRET_KEY: 'aHVudGVyMg==',
      API_PORT: '70000',
      LOG_LEVEL: 'loud',
      TIME_SCALE: 'hunter2',
    };
    expect(Object.keys(mistakesOf(() => loadApiConfig(environment))).toSorted()).toEqual([
      'API_PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
      'REDIS_URL',
      'SECRET_KEY',
      'TIME_SCALE',
    ]);
    expect(() => loadApiConfig(environment)).toThrow(/REDIS_URL is not set/);
    expect(() => loadApiConfig(environment)).not.toThrow(/hunter2|aHVudGVyMg/);
  });

  it('has no default for a secret, and takes an empty variable for a missing one', () => {
    expect(mistakesOf(() => loadApiConfig({ ...good, SECRET_KEY: '' }))).toEqual({
      SECRET_KEY: 'is not set',
    });
  });

  it('refuses scaled time in production only', () => {
    const scaled = { ...good, TIME_SCALE: '3600', TIME_ANCHOR: '2026-01-31T12:00:00Z' };
    const later = new Date('2026-01-31T12:00:02Z');
    expect(loadApiConfig(scaled).meteredTime.at(later)).toEqual(new Date('2026-01-31T14:00:00Z'));
    expect(mistakesOf(() => loadApiConfig({ ...scaled, NODE_ENV: 'production' }))).toHaveProperty(
      'TIME_SCALE',
    );
    const safe = { SECRET_KEY: randomBytes(32).toString('base64'), REQUESTS_PER_MINUTE: '3000' };
    const real = loadApiConfig({ ...good, ...safe, TIME_SCALE: '1', NODE_ENV: 'production' });
    expect(real.meteredTime.at(later)).toEqual(later);
    expect(mistakesOf(() => loadWorkerConfig({ ...good, TIME_SCALE: '60' }))).toHaveProperty('TIME_ANCHOR');
  });

  it('gives API and workers of one installation one spool folder, and others another', () => {
    const { spoolFolder, spoolLimitBytes } = loadApiConfig(good);
    expect(loadWorkerConfig(good).spoolFolder).toBe(spoolFolder);
    expect(loadApiConfig({ ...good, DATABASE_URL: `${good.DATABASE_URL}2` }).spoolFolder).not.toBe(
      spoolFolder,
    );
    expect(loadApiConfig({ ...good, SPOOL_FOLDER: '/srv/spool' }).spoolFolder).toBe('/srv/spool');
    expect(spoolLimitBytes).toBe(200 * 2 ** 30);
  });

  it('takes a listener and a proxy of the FGCP face as wholes', () => {
    expect(loadApiConfig(good).fgcp).toEqual({
      sha1: 'accept',
      clientCertificates: 'required',
      clockWindowMs: 900_000,
      tls: undefined,
      proxy: undefined,
    });
    const listener = { FGCP_TLS_PORT: '8443', FGCP_TLS_CERT_FILE: '/c.pem', FGCP_TLS_KEY_FILE: '/k.pem' };
    const proxy = { FGCP_PROXY_HEADER: 'Client-Cert', FGCP_PROXIES: '10.0.0.1, 10.1.0.0/16' };
    expect(loadApiConfig({ ...good, ...listener, ...proxy }).fgcp).toMatchObject({
      tls: { port: 8443, certFile: '/c.pem', keyFile: '/k.pem' },
      proxy: { header: 'client-cert', networks: ['10.0.0.1', '10.1.0.0/16'] },
    });
    expect(mistakesOf(() => loadApiConfig({ ...good, FGCP_TLS_PORT: '8443' }))).toEqual({
      'FGCP_TLS_CERT_FILE and FGCP_TLS_KEY_FILE': 'must be set together with FGCP_TLS_PORT',
    });
    expect(mistakesOf(() => loadApiConfig({ ...good, FGCP_PROXY_HEADER: 'X' }))).toHaveProperty(
      'FGCP_PROXIES',
    );
    expect(
      mistakesOf(() => loadApiConfig({ ...good, ...proxy, FGCP_PROXIES: '10.0.0.0/33' })),
    ).toHaveProperty('FGCP_PROXIES');
  });

  it('cuts the trailing slash of the public URL', () => {
    expect(loadApiConfig({ ...good, PUBLIC_URL: 'https://cloud.example/' }).publicUrl).toBe(
      'https://cloud.example',
    );
  });
});

describe('configuration of a worker', () => {
  it('makes up an id of host and process', () => {
    expect(loadWorkerConfig(good).workerId).toMatch(new RegExp(`-${process.pid}$`));
    expect(loadWorkerConfig({ ...good, WORKER_ID: 'w-1' }).workerId).toBe('w-1');
  });

  it('refuses a lease that cannot be renewed in time', () => {
    expect(loadWorkerConfig(good).leaseSeconds).toBe(15);
    expect(mistakesOf(() => loadWorkerConfig({ ...good, LEASE_SECONDS: '1' }))).toHaveProperty(
      'LEASE_SECONDS',
    );
  });
});

describe('configuration of the local launcher', () => {
  it('needs nothing', () => {
    const config = loadLocalConfig('/srv/openvsys', {});
    expect(config).toMatchObject({
      dataDir: '/srv/openvsys/.openvsys',
      databaseUrl: undefined,
      pool: undefined,
    });
  });

  it('takes a pool with its credentials, all or none', () => {
    const pool = { XCP_POOL_URL: 'https://pool.example', XCP_POOL_USER: 'root', XCP_POOL_PASSWORD: 'x' };
    const fingerprint = 'AB:'.repeat(31) + 'CD';
    expect(loadLocalConfig('/', { ...pool, XCP_POOL_FINGERPRINT: fingerprint }).pool).toEqual({
      url: 'https://pool.example',
      user: 'root',
      password: 'x',
      fingerprint: `${'ab'.repeat(31)}cd`,
    });
    expect(mistakesOf(() => loadLocalConfig('/', { XCP_POOL_URL: 'https://pool.example' }))).toEqual({
      'XCP_POOL_USER and XCP_POOL_PASSWORD': 'must be set together with XCP_POOL_URL',
    });
  });
});
