/** Every setting of OpenVSYS: its name in the environment, what it may hold, its default. Secrets have none. */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { z } from 'zod';

/** AES-256 takes a key of exactly this length. */
const SECRET_KEY_BYTES = 32;

/** Biggest descriptor the API reads by default: 1 MiB holds some 5,000 servers. */
const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;

/** Shortest lease that a worker can renew in time while its database is being restarted. */
const MIN_LEASE_SECONDS = 3;

/** Thousand hours a second is where simulated time stops being useful. */
const MAX_TIME_SCALE = 3_600_000;

const url = (...protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const port = z.coerce.number({ error: 'must be a number' }).int().min(0).max(65_535);

/** `10.20.0.0/16`, `fd12::/32` */
const isAddressRange = (text: string): boolean => {
  const [address, bits, ...rest] = text.split('/');
  const width = isIP(address ?? '') === 4 ? 32 : 128;
  return (
    isIP(address ?? '') !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits ?? '') && Number(bits) <= width
  );
};

const addressRanges = z
  .string()
  .transform((value) =>
    value
      .split(',')
      .map((range) => range.trim())
      .filter((range) => range !== ''),
  )
  .refine((ranges) => ranges.every(isAddressRange), {
    error: 'must be address ranges such as 10.20.0.0/16,fd12::/32',
  });

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (prefix === undefined) return bits > 0;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

const secretKey = z
  .string()
  .transform((value) => Buffer.from(value, 'base64'))
  .refine((bytes) => bytes.length === SECRET_KEY_BYTES, {
    error: `must be ${SECRET_KEY_BYTES} bytes in base64 (make one: openssl rand -base64 ${SECRET_KEY_BYTES})`,
  });

const seconds = (min: number, max: number) =>
  z.coerce.number({ error: 'must be a number' }).min(min).max(max);

/** SHA-256 of a TLS certificate: 64 hexadecimal digits, colons allowed as openssl prints them. */
const fingerprint = z
  .string()
  .transform((value) => value.replaceAll(':', '').toLowerCase())
  .refine((value) => /^[0-9a-f]{64}$/.test(value), {
    error: 'must be a SHA-256 fingerprint (64 hex digits)',
  });

/** IP addresses and CIDR networks. */
const networks = z
  .string()
  .transform((value) => value.split(',').map((each) => each.trim()))
  .refine((values) => values.every(isNetwork), {
    error: 'must be IP addresses or networks like 10.0.0.0/24 with commas between them',
  });

export const SETTINGS = {
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: url('postgresql:', 'postgres:'),
  REDIS_URL: url('redis:', 'rediss:'),
  /** Encrypts pool credentials and user data at rest. */
  SECRET_KEY: secretKey,
  /** The one before, while an installation gets another: data keys are sealed anew at the first start with both. */
  SECRET_KEY_FORMER: secretKey,
  API_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: port.default(3000),
  /** How callers reach the API, for links in answers; from host and port when absent. */
  PUBLIC_URL: url('http:', 'https:'),
  /** How appliances of EFMs reach the API: https only, from the zones' ranges for appliances. */
  EFM_AGENT_URL: url('https:'),
  /** PEM file with the authority of that URL's certificate: the only one that appliances believe. */
  EFM_AGENT_CA_FILE: z.string().min(1),
  /**
   * Ranges that webhooks and images of tenants may lead to beside all public addresses, e.g. of a billing system in the own
   * network; plain http is spoken only there.
   */
  OUTBOUND_RANGES: addressRanges.default([]),
  /**
   * Where contents of images wait; one folder for all APIs and workers, with room for the largest images. When absent one
   * in the system's temporary folder, which does for a single machine.
   */
  SPOOL_FOLDER: z.string().min(1),
  /** What may wait there at most, GiB. */
  SPOOL_LIMIT: z.coerce.number({ error: 'must be a number of GiB' }).int().min(1).max(1_000_000).default(200),
  /** The identity provider whose access tokens are taken beside our own, exactly as it writes itself in them. */
  OIDC_ISSUER: url('https:', 'http:'),
  /** What it writes in `aud` of tokens for this API. */
  OIDC_AUDIENCE: z.string().min(1).max(512),
  BODY_LIMIT: z.coerce
    .number({ error: 'must be a number of bytes' })
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(DEFAULT_BODY_LIMIT_BYTES),
  /** Requests that one caller may send in a minute; 0: any number. */
  REQUESTS_PER_MINUTE: z.coerce
    .number({ error: 'must be a number of requests' })
    .int()
    .min(0)
    .max(1_000_000)
    .default(0),
  /** Whether callers of the FGCP face may sign with SHA-1, where their organization has not decided itself. */
  FGCP_SHA1: z.enum(['accept', 'refuse']).default('accept'),
  /** `optional`: its callers may be known by their signatures alone. Only for networks that are safe by themselves. */
  FGCP_CLIENT_CERTIFICATES: z.enum(['required', 'optional']).default('required'),
  /** How far their clocks may be off, either way. */
  FGCP_CLOCK_SECONDS: seconds(1, 86_400).default(900),
  /** A listener of its own that asks its callers for certificates; 0 picks a free port. */
  FGCP_TLS_PORT: port,
  FGCP_TLS_CERT_FILE: z.string().min(1),
  FGCP_TLS_KEY_FILE: z.string().min(1),
  /** The header in which a proxy says which certificate a caller showed (RFC 9440, or PEM in URL encoding). */
  FGCP_PROXY_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'must be the name of a header' })
    .transform((value) => value.toLowerCase()),
  /** Addresses and networks of that proxy, with commas between them; the header counts from nowhere else. */
  FGCP_PROXIES: networks,
  /** Unique among running workers; shows up in leases and logs. */
  WORKER_ID: z
    .string()
    .regex(/^[\w.-]{1,64}$/, { error: 'must be 1–64 letters, digits, dots, dashes or underscores' })
    .default(
      () =>
        `${hostname()
          .replaceAll(/[^\w.-]/g, '-')
          .slice(0, 48)}-${process.pid}`,
    ),
  LEASE_SECONDS: seconds(MIN_LEASE_SECONDS, 600).default(15),
  /** How often a worker looks for systems that differ from their spec although no job says so. */
  SWEEP_SECONDS: seconds(0.1, 3600).default(5),
  /** How long an operation waits for a pool that does not answer before it fails. */
  UNREACHABLE_POOL_SECONDS: seconds(1, 86_400).default(900),
  /** Where a worker answers /metrics and /health; 0 picks a free port. */
  METRICS_PORT: port.default(9464),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  /** Where a worker relays screens of servers to APIs, in the network that they share; port 0 picks a free one. */
  CONSOLE_HOST: z.string().min(1).default('127.0.0.1'),
  CONSOLE_PORT: port.default(0),
  /** How APIs reach it, `host:port`; from host and port when absent. */
  CONSOLE_ADDRESS: z.string().regex(/^[^\s/]{1,253}:\d{1,5}$/, { error: 'must be host:port' }),
  /** Metered seconds per real second; other than 1 only outside production. */
  TIME_SCALE: z.coerce.number({ error: 'must be a number' }).positive().max(MAX_TIME_SCALE).default(1),
  /** The instant from which metered time runs at another speed; the same for all processes. */
  TIME_ANCHOR: z.iso
    .datetime({ offset: true, error: 'must be an instant such as 2026-01-31T12:00:00Z' })
    .transform((value) => new Date(value)),
  /** What the set-up of an installation puts on sale: nothing, or the examples of the demonstration. */
  SEED_CATALOG: z.enum(['none', 'demo']).default('none'),
  OPENVSYS_DATA_DIR: z.string().min(1),
  POSTGRES_PORT: port,
  REDIS_PORT: port,
  XCP_POOL_URL: url('http:', 'https:'),
  XCP_POOL_USER: z.string().min(1),
  XCP_POOL_PASSWORD: z.string().min(1),
  XCP_POOL_FINGERPRINT: fingerprint,
} as const;

export type SettingName = keyof typeof SETTINGS;
export type SettingValue<Name extends SettingName> = z.output<(typeof SETTINGS)[Name]>;
