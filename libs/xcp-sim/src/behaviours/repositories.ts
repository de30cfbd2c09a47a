// Purpose: where updates would come from: repositories, which of them the pool uses, the proxy to reach them. Nothing is
// ever downloaded: synchronising a configured repository is refused.
import { NULL_REF } from '../datamodel/xen-value.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Args } from '../dispatch/args.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const GPG_KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** @throws XenFailure INVALID_BASE_URL */
function requireBaseUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!isWeb || url.hostname === '' || url.search !== '') throw new XenFailure('INVALID_BASE_URL', text);
}

/** @throws XenFailure INVALID_GPGKEY_PATH */
function requireKeyName(path: string): void {
  if (path !== '' && !GPG_KEY_NAME.test(path)) throw new XenFailure('INVALID_GPGKEY_PATH', path);
}

/** @throws XenFailure REPOSITORY_ALREADY_EXISTS */
function requireNew(sim: SimPool, name: string, binaryUrl: string): void {
  const same = sim.db
    .rows('Repository')
    .find((row) => row.text('name_label') === name || row.text('binary_url') === binaryUrl);
  if (same !== undefined) throw new XenFailure('REPOSITORY_ALREADY_EXISTS', same.ref);
}

/** XenAPI Repository.introduce(name, description, binary URL, source URL, update, key). */
function introduceRemote(sim: SimPool, args: Args): string {
  const [name, binaryUrl, sourceUrl, key] = [args.text(0), args.text(2), args.text(3), args.text(5)];
  requireBaseUrl(binaryUrl);
  if (sourceUrl !== '') requireBaseUrl(sourceUrl);
  requireKeyName(key);
  requireNew(sim, name, binaryUrl);
  return sim.db.create('Repository', {
    name_label: name,
    name_description: args.text(1),
    binary_url: binaryUrl,
    source_url: sourceUrl,
    update: args.flag(4),
    gpgkey_path: key,
    origin: 'remote',
  }).ref;
}

/** A pool has one repository that is filled by hand. */
function introduceBundle(sim: SimPool, args: Args): string {
  const known = sim.db.rows('Repository').find((row) => row.text('origin') === 'bundle');
  if (known !== undefined) throw new XenFailure('BUNDLE_REPOSITORY_ALREADY_EXISTS', known.ref);
  requireNew(sim, args.text(0), '');
  return sim.db.create('Repository', {
    name_label: args.text(0),
    name_description: args.text(1),
    update: true,
    origin: 'bundle',
  }).ref;
}

function isUsed(sim: SimPool, repository: Row): boolean {
  return sim.pool.set('repositories').includes(repository.ref);
}

/** What the pool learnt from its repositories is void when they change. */
function setRepositories(sim: SimPool, pool: Row, refs: readonly string[]): void {
  const known = refs.map((ref) => sim.db.get('Repository', ref));
  for (const repository of known) sim.db.update(repository, { hash: '', up_to_date: false });
  sim.db.update(pool, { repositories: known.map((row) => row.ref) });
  if (known.length === 0) sim.db.update(pool, { update_sync_enabled: false });
}

/** @throws XenFailure INVALID_REPOSITORY_PROXY_URL, INVALID_REPOSITORY_PROXY_CREDENTIAL */
function configureProxy(sim: SimPool, args: Args): void {
  const pool = sim.db.get('pool', args.ref(0));
  const [url, user, password] = [args.text(1), args.text(2), args.text(3)];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isWeb = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (!isWeb || parsed.username !== '' || parsed.search !== '')
    throw new XenFailure('INVALID_REPOSITORY_PROXY_URL', url);
  if ((user === '') !== (password === '') || /\s/.test(user + password))
    throw new XenFailure('INVALID_REPOSITORY_PROXY_CREDENTIAL');
  disableProxy(sim, pool);
  const secret = password === '' ? NULL_REF : sim.db.create('secret', { value: password }).ref;
  sim.db.update(pool, {
    repository_proxy_url: url,
    repository_proxy_username: user,
    repository_proxy_password: secret,
  });
}

function disableProxy(sim: SimPool, pool: Row): void {
  const secret = sim.db.find('secret', pool.link('repository_proxy_password'));
  if (secret !== undefined) sim.db.remove(secret);
  sim.db.update(pool, {
    repository_proxy_url: '',
    repository_proxy_username: '',
    repository_proxy_password: NULL_REF,
  });
}

export const REPOSITORIES: BehaviourTable = {
  'Repository.introduce': quick(({ sim }, args) => introduceRemote(sim, args)),
  'Repository.introduce_bundle': quick(({ sim }, args) => introduceBundle(sim, args)),
  'Repository.forget': quick(({ sim }, args) => {
    const repository = sim.db.get('Repository', args.ref(0));
    if (isUsed(sim, repository)) throw new XenFailure('REPOSITORY_IS_IN_USE');
    sim.db.remove(repository);
  }),
  'Repository.set_gpgkey_path': quick(({ sim }, args) => {
    const repository = sim.db.get('Repository', args.ref(0));
    requireKeyName(args.text(1));
    sim.db.update(repository, { gpgkey_path: args.text(1) });
  }),
  'pool.set_repositories': quick(({ sim }, args) =>
    setRepositories(sim, sim.db.get('pool', args.ref(0)), args.texts(1)),
  ),
  'pool.add_repository': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    const repository = sim.db.get('Repository', args.ref(1));
    if (!isUsed(sim, repository)) setRepositories(sim, pool, [...pool.set('repositories'), repository.ref]);
  }),
  'pool.remove_repository': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    setRepositories(
      sim,
      pool,
      pool.set('repositories').filter((ref) => ref !== args.ref(1)),
    );
  }),
  'pool.configure_repository_proxy': quick(({ sim }, args) => configureProxy(sim, args)),
  'pool.disable_repository_proxy': quick(({ sim }, args) =>
    disableProxy(sim, sim.db.get('pool', args.ref(0))),
  ),
  'pool.sync_updates': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    if (pool.set('repositories').length === 0) throw new XenFailure('NO_REPOSITORY_ENABLED');
    throw new XenFailure('NOT_IMPLEMENTED', 'pool.sync_updates');
  }),
  // Nothing stands in the way of updates that do not exist.
  'pool.check_update_readiness': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    return [];
  }),
  'pool.set_telemetry_next_collection': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    const days = { daily: 1, weekly: 7, monthly: 31 }[pool.text('telemetry_frequency')] ?? 7;
    const asked = args.text(1);
    const latest = sim.clock.now() + 2 * days * 86_400_000;
    if (Date.parse(asked.replace(/^(\d{4})(\d{2})(\d{2})T/, '$1-$2-$3T')) > latest)
      throw new XenFailure('TELEMETRY_NEXT_COLLECTION_TOO_LATE', asked);
    sim.db.update(pool, { telemetry_next_collection: asked });
  }),
  'pool.reset_telemetry_uuid': quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    const before = sim.db.find('secret', pool.link('telemetry_uuid'));
    sim.db.update(pool, { telemetry_uuid: sim.db.create('secret', { value: sim.ids.uuid() }).ref });
    if (before !== undefined) sim.db.remove(before);
  }),
  'pool.set_ext_auth_cache_size': limited('ext_auth_cache_size', 'size'),
  'pool.set_ext_auth_cache_expiry': limited('ext_auth_cache_expiry', 'expiry'),
};

/** A whole number that must not be negative. */
function limited(field: string, name: string): ReturnType<typeof quick> {
  return quick(({ sim }, args) => {
    const pool = sim.db.get('pool', args.ref(0));
    if (args.int(1) < 0) throw invalidValue(name, String(args.int(1)));
    sim.db.update(pool, { [field]: args.int(1) });
  });
}
