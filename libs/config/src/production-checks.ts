/** Settings that are fine on one's own machine and open a production installation to others: refused at the start. */
import type { CrossCheck, Environment } from './read-settings.js';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** Of examples, images and manuals: the first ones that anybody tries. */
const WELL_KNOWN = [
  'postgres',
  'openvsys',
  'password',
  'secret',
  'changeme',
  'change-me',
  'admin',
  'root',
  'redis',
  'test',
  'example',
  '123456',
];
/** Of 32 random bytes fewer than 16 different ones come once in 10²⁰ times; of typed or repeated ones always. */
const LEAST_DIFFERENT_BYTES = 16;

const inProduction =
  (check: (environment: Environment) => ReturnType<CrossCheck>): CrossCheck =>
  (environment) =>
    environment['NODE_ENV'] === 'production' ? check(environment) : undefined;

/** Undefined for what is no URL: that mistake is reported on its own. */
const urlOf = (text: string | undefined): URL | undefined =>
  text !== undefined && URL.canParse(text) ? new URL(text) : undefined;

/** Tokens and passwords go over it. */
export const securePublicUrl = inProduction((environment) => {
  const url = urlOf(environment['PUBLIC_URL']);
  if (url === undefined || url.protocol !== 'http:' || LOCAL_HOSTS.includes(url.hostname)) return undefined;
  return { name: 'PUBLIC_URL', reason: 'must start with https:// when NODE_ENV is production' };
});

/** One caller could take the service from all others. */
export const limitedRequests = inProduction(({ REQUESTS_PER_MINUTE: limit }) => {
  if (limit !== undefined && limit !== '' && Number(limit) !== 0) return undefined;
  return { name: 'REQUESTS_PER_MINUTE', reason: 'must be set, and not 0, when NODE_ENV is production' };
});

/** Whoever reaches the database or Redis would be in. */
export const ownPasswords: readonly CrossCheck[] = ['DATABASE_URL', 'REDIS_URL'].map((name) =>
  inProduction((environment) => {
    const url = urlOf(environment[name]);
    if (url === undefined) return undefined;
    const { username, password } = url;
    const isOwn = password !== '' && password !== username && !WELL_KNOWN.includes(password.toLowerCase());
    return isOwn
      ? undefined
      : { name, reason: 'must have a password, and not a well-known one, when NODE_ENV is production' };
  }),
);

/** All that is sealed is as safe as this key. */
export const randomSecretKey = inProduction(({ SECRET_KEY: key }) => {
  const different = new Set(Buffer.from(key ?? '', 'base64'));
  if (key === undefined || key === '' || different.size >= LEAST_DIFFERENT_BYTES) return undefined;
  return { name: 'SECRET_KEY', reason: 'is not random; make it with `openssl rand -base64 32`' };
});

/** For every process that has the database, Redis and the key. */
export const SERVICE_PRODUCTION_CHECKS: readonly CrossCheck[] = [...ownPasswords, randomSecretKey];
