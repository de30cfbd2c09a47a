// Purpose: the directory of people beside the local administrator: switched on and off, and asked about its members.
// It exists when the pool was made with `directory`; otherwise it cannot be joined, as a directory that is away.
import { DIRECTORY_TYPE, directoryEnabled, findPerson, identifierOf } from '../sessions/identity.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap } from '../datamodel/xen-value.js';

/** @throws XenFailure AUTH_UNKNOWN_TYPE, AUTH_ALREADY_ENABLED, AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED */
function enable(sim: SimPool, host: Row, service: string, type: string, config: XenMap): void {
  const current = host.text('external_auth_type');
  if (current !== '')
    throw new XenFailure('AUTH_ALREADY_ENABLED', current, host.text('external_auth_service_name'));
  if (type !== DIRECTORY_TYPE) throw new XenFailure('AUTH_UNKNOWN_TYPE', type);
  if (sim.options.directory.length === 0)
    throw new XenFailure(
      'AUTH_ENABLE_FAILED_DOMAIN_LOOKUP_FAILED',
      `no controller found for the domain ${service}`,
    );
  sim.db.update(host, {
    external_auth_type: type,
    external_auth_service_name: service,
    external_auth_configuration: withoutPassword(config),
  });
}

/** The password that joined the domain is used once and kept nowhere. */
function withoutPassword({ pass: _password, ...rest }: XenMap): XenMap {
  return rest;
}

/** One refusing host undoes the others. The error of the pool names the host. */
function enableEverywhere(sim: SimPool, service: string, type: string, config: XenMap): void {
  const done: Row[] = [];
  for (const host of sim.db.rows('host')) {
    try {
      enable(sim, host, service, type, config);
      done.push(host);
    } catch (error) {
      for (const enabled of done) disable(sim, enabled);
      throw poolFailure(host, error);
    }
  }
}

function poolFailure(host: Row, error: unknown): unknown {
  if (!(error instanceof XenFailure)) return error;
  if (error.code === 'AUTH_UNKNOWN_TYPE') return error;
  if (error.code === 'AUTH_ALREADY_ENABLED') return new XenFailure('POOL_AUTH_ALREADY_ENABLED', host.ref);
  return new XenFailure(`POOL_${error.code}`, host.ref, ...error.params);
}

/** Everybody of the directory loses the sessions with it. */
function disable(sim: SimPool, host: Row): void {
  sim.db.update(host, {
    external_auth_type: '',
    external_auth_service_name: '',
    external_auth_configuration: {},
  });
  if (host !== sim.master) return;
  for (const session of sim.db.rows('session'))
    if (!session.bool('is_local_superuser')) sim.sessions.end(session);
}

/** @throws XenFailure AUTH_IS_DISABLED */
function requireEnabled(sim: SimPool): void {
  if (!directoryEnabled(sim)) throw new XenFailure('AUTH_IS_DISABLED');
}

/** @throws XenFailure AUTH_SERVICE_ERROR for an identifier that nobody has */
function nameOf(sim: SimPool, identifier: string): string {
  requireEnabled(sim);
  const person = sim.options.directory.find(({ name }) => identifierOf(name) === identifier);
  if (person === undefined) throw new XenFailure('AUTH_SERVICE_ERROR', 'Subject cannot be resolved');
  return person.name;
}

export const EXTERNAL_AUTH: BehaviourTable = {
  'pool.enable_external_auth': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    enableEverywhere(sim, args.text(2), args.text(3), args.map(1));
  }),
  'pool.disable_external_auth': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    for (const host of sim.db.rows('host')) disable(sim, host);
  }),
  'host.enable_external_auth': quick(({ sim }, args) =>
    enable(sim, sim.db.get('host', args.ref(0)), args.text(2), args.text(3), args.map(1)),
  ),
  'host.disable_external_auth': quick(({ sim }, args) => disable(sim, sim.db.get('host', args.ref(0)))),
  'pool.detect_nonhomogeneous_external_auth': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    const kinds = new Set(sim.db.rows('host').map((host) => host.text('external_auth_type')));
    if (kinds.size > 1) throw new XenFailure('POOL_JOINING_EXTERNAL_AUTH_MISMATCH');
  }),
  'auth.get_subject_identifier': quick(({ sim }, args) => {
    requireEnabled(sim);
    const person = findPerson(sim, args.text(0));
    if (person === undefined) throw new XenFailure('AUTH_SERVICE_ERROR', 'Subject cannot be resolved');
    return identifierOf(person.name);
  }),
  'auth.get_subject_information_from_identifier': quick(({ sim }, args) => {
    const name = nameOf(sim, args.text(0));
    return { 'subject-name': name, 'subject-sid': args.text(0), 'subject-is-group': 'false' };
  }),
  // The directory has no groups.
  'auth.get_group_membership': quick(({ sim }, args) => {
    nameOf(sim, args.text(0));
    return [];
  }),
  'session.get_all_subject_identifiers': quick(({ sim }) => [
    ...new Set(
      sim.db
        .rows('session')
        .filter((session) => !session.bool('is_local_superuser'))
        .map((session) => session.text('auth_user_sid')),
    ),
  ]),
  'session.logout_subject_identifier': quick(({ sim }, args) => {
    for (const session of sim.db.rows('session'))
      if (!session.bool('is_local_superuser') && session.text('auth_user_sid') === args.text(0))
        sim.sessions.end(session);
  }),
};
