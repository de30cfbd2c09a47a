/** One frozen, typed configuration an app. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  anchoredTime,
  noScaledTimeInProduction,
  secureIdentityProvider,
  wholeAgentAccess,
  wholeIdentityProvider,
  wholePool,
  wholeFgcpListener,
  wholeFgcpProxy,
} from './cross-checks.js';
import { createMeteredTime, type MeteredTime } from './metered-time.js';
import { limitedRequests, securePublicUrl, SERVICE_PRODUCTION_CHECKS } from './production-checks.js';
import { readSettings, type Environment } from './read-settings.js';
import type { SettingValue } from './settings.js';

interface ServiceConfig {
  readonly environment: SettingValue<'NODE_ENV'>;
  readonly logLevel: SettingValue<'LOG_LEVEL'>;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** 32 bytes. */
  readonly secretKey: Buffer;
  /** 32 bytes; what `secretKey` was before. */
  readonly formerSecretKey?: Buffer | undefined;
  /** Where contents of images wait; absolute. */
  readonly spoolFolder: string;
  /** Time as usage and bills see it; real time in production. */
  readonly meteredTime: MeteredTime;
  /** Where tenants' addresses may lead beside public ones, e.g. `10.20.0.0/16`. */
  readonly outboundRanges: readonly string[];
}

export interface ApiConfig extends ServiceConfig {
  readonly host: string;
  /** 0 lets the system pick. */
  readonly port: number;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly bodyLimitBytes: number;
  /** Of all that waits in the spool folder. */
  readonly spoolLimitBytes: number;
  readonly fgcp: FgcpConfig;
  /** Of one caller; 0: any number. */
  readonly requestsPerMinute: number;
  /** Whose access tokens are taken beside our own; undefined: nobody's. */
  readonly oidc: { readonly issuer: string; readonly audience: string } | undefined;
  /** Without it appliances are made without an agent's token. */
  readonly efmAgents: { readonly url: string; readonly caFile: string } | undefined;
}

/** Of Fujitsu's original protocol. */
export interface FgcpConfig {
  readonly sha1: 'accept' | 'refuse';
  readonly clientCertificates: 'required' | 'optional';
  readonly clockWindowMs: number;
  /** A listener of its own; files are absolute. */
  readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | undefined;
  /** Who tells which certificates callers showed; networks as `10.0.0.0/24` or single addresses. */
  readonly proxy: { readonly header: string; readonly networks: readonly string[] } | undefined;
}

export interface WorkerConfig extends ServiceConfig {
  readonly workerId: string;
  readonly leaseSeconds: number;
  readonly sweepSeconds: number;
  readonly unreachablePoolSeconds: number;
  readonly metricsHost: string;
  /** 0 lets the system pick. */
  readonly metricsPort: number;
  readonly consoleHost: string;
  /** 0 lets the system pick. */
  readonly consolePort: number;
  /** How APIs reach it; from host and port when undefined. */
  readonly consoleAddress: string | undefined;
}

/** What the set-up of an installation needs. */
export interface SetupConfig {
  readonly databaseUrl: string;
  readonly catalog: SettingValue<'SEED_CATALOG'>;
}

export interface PoolConfig {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** SHA-256 of the certificate, lower case hex; the certificate is verified by its authority when absent. */
  readonly fingerprint: string | undefined;
}

/** What the local launcher takes over from the environment instead of bringing it up itself. */
export interface LocalConfig {
  /** Absolute. */
  readonly dataDir: string;
  readonly logLevel: SettingValue<'LOG_LEVEL'>;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly secretKey: Buffer | undefined;
  readonly apiHost: string;
  readonly apiPort: number | undefined;
  readonly postgresPort: number | undefined;
  readonly redisPort: number | undefined;
  readonly pool: PoolConfig | undefined;
  readonly timeScale: number;
}

const SERVICE = [
  'NODE_ENV',
  'LOG_LEVEL',
  'DATABASE_URL',
  'REDIS_URL',
  'SECRET_KEY',
  'TIME_SCALE',
  'OUTBOUND_RANGES',
] as const;

const OPTIONAL = ['SPOOL_FOLDER', 'TIME_ANCHOR', 'SECRET_KEY_FORMER'] as const;

const TIME_CHECKS = [noScaledTimeInProduction, anchoredTime];

type ServiceValues = { readonly [Name in (typeof SERVICE)[number]]: SettingValue<Name> } & {
  readonly TIME_ANCHOR: Date | undefined;
  readonly SPOOL_FOLDER: string | undefined;
  readonly SECRET_KEY_FORMER: Buffer | undefined;
};

/** Installations that share a machine have nothing else in common, and would tidy each other's files away. */
function ownSpoolFolder(databaseUrl: string): string {
  const mark = createHash('sha256').update(databaseUrl).digest('hex').slice(0, 12);
  return join(tmpdir(), 'openvsys-spool', mark);
}

function asService(values: ServiceValues): ServiceConfig {
  return {
    environment: values.NODE_ENV,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    secretKey: values.SECRET_KEY,
    formerSecretKey: values.SECRET_KEY_FORMER,
    spoolFolder: resolve(values.SPOOL_FOLDER ?? ownSpoolFolder(values.DATABASE_URL)),
    meteredTime: createMeteredTime(values.TIME_SCALE, values.TIME_ANCHOR),
    outboundRanges: values.OUTBOUND_RANGES,
  };
}

const FGCP = ['FGCP_SHA1', 'FGCP_CLIENT_CERTIFICATES', 'FGCP_CLOCK_SECONDS'] as const;
const FGCP_OPTIONAL = [
  'FGCP_TLS_PORT',
  'FGCP_TLS_CERT_FILE',
  'FGCP_TLS_KEY_FILE',
  'FGCP_PROXY_HEADER',
  'FGCP_PROXIES',
] as const;

type FgcpValues = { readonly [Name in (typeof FGCP)[number]]: SettingValue<Name> } & {
  readonly [Name in (typeof FGCP_OPTIONAL)[number]]?: SettingValue<Name> | undefined;
};

function fgcpConfigOf(values: FgcpValues): FgcpConfig {
  const { FGCP_TLS_PORT: port, FGCP_TLS_CERT_FILE: certFile, FGCP_TLS_KEY_FILE: keyFile } = values;
  const { FGCP_PROXY_HEADER: header, FGCP_PROXIES: networks } = values;
  const isListening = port !== undefined && certFile !== undefined && keyFile !== undefined;
  return {
    sha1: values.FGCP_SHA1,
    clientCertificates: values.FGCP_CLIENT_CERTIFICATES,
    clockWindowMs: values.FGCP_CLOCK_SECONDS * 1_000,
    tls: isListening ? { port, certFile: resolve(certFile), keyFile: resolve(keyFile) } : undefined,
    proxy: header === undefined || networks === undefined ? undefined : { header, networks },
  };
}

const SERVICE_CHECKS = [...TIME_CHECKS, ...SERVICE_PRODUCTION_CHECKS];
const API_CHECKS = [
  ...SERVICE_CHECKS,
  securePublicUrl,
  limitedRequests,
  wholeAgentAccess,
  wholeFgcpListener,
  wholeFgcpProxy,
  wholeIdentityProvider,
  secureIdentityProvider,
];

/** Throws ConfigError with every mistake. */
export function loadApiConfig(environment: Environment = process.env): ApiConfig {
  const required = [
    ...SERVICE,
    'API_HOST',
    'API_PORT',
    'BODY_LIMIT',
    'SPOOL_LIMIT',
    'REQUESTS_PER_MINUTE',
    ...FGCP,
  ] as const;
  const optional = [
    ...FGCP_OPTIONAL,
    'PUBLIC_URL',
    ...OPTIONAL,
    'EFM_AGENT_URL',
    'EFM_AGENT_CA_FILE',
    'OIDC_ISSUER',
    'OIDC_AUDIENCE',
  ] as const;
  const values = readSettings(environment, required, optional, API_CHECKS);
  const { EFM_AGENT_URL: agentUrl, EFM_AGENT_CA_FILE: caFile } = values;
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = values;
  return Object.freeze({
    ...asService(values),
    host: values.API_HOST,
    port: values.API_PORT,
    publicUrl: (values.PUBLIC_URL ?? `http://${values.API_HOST}:${values.API_PORT}`).replace(/\/+$/, ''),
    bodyLimitBytes: values.BODY_LIMIT,
    spoolLimitBytes: values.SPOOL_LIMIT * 2 ** 30,
    requestsPerMinute: values.REQUESTS_PER_MINUTE,
    fgcp: fgcpConfigOf(values),
    oidc: issuer === undefined || audience === undefined ? undefined : { issuer, audience },
    efmAgents:
      agentUrl === undefined || caFile === undefined ? undefined : { url: agentUrl, caFile: resolve(caFile) },
  });
}

/** Throws ConfigError with every mistake. */
export function loadWorkerConfig(environment: Environment = process.env): WorkerConfig {
  const own = [
    'WORKER_ID',
    'LEASE_SECONDS',
    'SWEEP_SECONDS',
    'UNREACHABLE_POOL_SECONDS',
    'METRICS_HOST',
    'METRICS_PORT',
    'CONSOLE_HOST',
    'CONSOLE_PORT',
  ] as const;
  const optional = [...OPTIONAL, 'CONSOLE_ADDRESS'] as const;
  const values = readSettings(environment, [...SERVICE, ...own], optional, SERVICE_CHECKS);
  return Object.freeze({
    ...asService(values),
    workerId: values.WORKER_ID,
    leaseSeconds: values.LEASE_SECONDS,
    sweepSeconds: values.SWEEP_SECONDS,
    unreachablePoolSeconds: values.UNREACHABLE_POOL_SECONDS,
    metricsHost: values.METRICS_HOST,
    metricsPort: values.METRICS_PORT,
    consoleHost: values.CONSOLE_HOST,
    consolePort: values.CONSOLE_PORT,
    consoleAddress: values.CONSOLE_ADDRESS,
  });
}

/** Throws ConfigError with every mistake. */
export function loadSetupConfig(environment: Environment = process.env): SetupConfig {
  const values = readSettings(environment, ['DATABASE_URL', 'SEED_CATALOG'], []);
  return Object.freeze({ databaseUrl: values.DATABASE_URL, catalog: values.SEED_CATALOG });
}

/** `root` is where the data folder lies by default. Throws ConfigError with every mistake. */
export function loadLocalConfig(root: string, environment: Environment = process.env): LocalConfig {
  const optional = [
    'OPENVSYS_DATA_DIR',
    'DATABASE_URL',
    'REDIS_URL',
    'SECRET_KEY',
    'API_PORT',
    'POSTGRES_PORT',
    'REDIS_PORT',
    'XCP_POOL_URL',
    'XCP_POOL_USER',
    'XCP_POOL_PASSWORD',
    'XCP_POOL_FINGERPRINT',
  ] as const;
  const required = ['LOG_LEVEL', 'API_HOST', 'TIME_SCALE'] as const;
  const values = readSettings(environment, required, optional, [noScaledTimeInProduction, wholePool]);
  return Object.freeze({
    dataDir: resolve(root, values.OPENVSYS_DATA_DIR ?? '.openvsys'),
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    secretKey: values.SECRET_KEY,
    apiHost: values.API_HOST,
    apiPort: values.API_PORT,
    postgresPort: values.POSTGRES_PORT,
    redisPort: values.REDIS_PORT,
    pool: poolOf(values),
    timeScale: values.TIME_SCALE,
  });
}

function poolOf(values: {
  readonly XCP_POOL_URL: string | undefined;
  readonly XCP_POOL_USER: string | undefined;
  readonly XCP_POOL_PASSWORD: string | undefined;
  readonly XCP_POOL_FINGERPRINT: string | undefined;
}): PoolConfig | undefined {
  const { XCP_POOL_URL: url, XCP_POOL_USER: user, XCP_POOL_PASSWORD: password } = values;
  if (url === undefined || user === undefined || password === undefined) return undefined;
  return Object.freeze({ url, user, password, fingerprint: values.XCP_POOL_FINGERPRINT });
}
