// Purpose: who somebody is after the password was checked: the local administrator, or a person of the directory with
// the roles of a subject.
//
//   name + password ──► local administrator (may do everything)
//                  └──► directory ──► subject with roles ──► permissions
//                           │              └ none: SESSION_AUTHORIZATION_FAILED
//                           └ unknown, wrong password, directory off: SESSION_AUTHENTICATION_FAILED
import { createHash } from 'node:crypto';
import { getRole, permissionNames, roleRef } from '../behaviours/role.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { XenFailure } from '../core/failure.js';
import type { DirectoryUser } from '../core/options.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The fields of a session that say whose it is. */
export interface Identity {
  is_local_superuser: boolean;
  subject: string;
  auth_user_sid: string;
  rbac_permissions: readonly string[];
}

/** Name and password of the local administrator. */
export interface Credentials {
  user: string;
  password: string;
}

/** The administrator of the control domain has no role: nothing is refused to it. */
export const LOCAL_ADMINISTRATOR: Identity = {
  is_local_superuser: true,
  subject: NULL_REF,
  auth_user_sid: '',
  rbac_permissions: [],
};

/** The kind of directory there is, when there is one (XenAPI host.external_auth_type). */
export const DIRECTORY_TYPE = 'AD';
export const DIRECTORY_SERVICE = 'directory.sim';

/** The identifier of a person in the directory: stable, and in the form of such identifiers. */
export function identifierOf(name: string): string {
  const digest = createHash('sha256').update(name.toLowerCase()).digest();
  return `S-1-5-21-${digest.readUInt32BE(0)}-${digest.readUInt32BE(4)}-${digest.readUInt32BE(8)}-1${digest.readUInt16BE(12)}`;
}

export function findPerson(sim: SimPool, name: string): DirectoryUser | undefined {
  const wanted = name.toLowerCase();
  return sim.options.directory.find((person) => person.name.toLowerCase() === wanted);
}

export function directoryEnabled(sim: SimPool): boolean {
  return sim.master.text('external_auth_type') !== '';
}

/** @throws XenFailure SESSION_AUTHENTICATION_FAILED, SESSION_AUTHORIZATION_FAILED */
export function identify(sim: SimPool, own: Credentials, user: string, password: string): Identity {
  if (user === own.user && password === own.password) return LOCAL_ADMINISTRATOR;
  const person = directoryEnabled(sim) ? findPerson(sim, user) : undefined;
  if (person === undefined || person.password !== password)
    throw new XenFailure('SESSION_AUTHENTICATION_FAILED', user, 'Authentication failure');
  const subject = subjectOf(sim, identifierOf(person.name));
  if (subject === undefined)
    throw new XenFailure(
      'SESSION_AUTHORIZATION_FAILED',
      user,
      'Subject is not in the access control list of the pool',
    );
  return identityOf(sim, subject);
}

function subjectOf(sim: SimPool, identifier: string): Row | undefined {
  return sim.db.rows('subject').find((row) => row.text('subject_identifier') === identifier);
}

function identityOf(sim: SimPool, subject: Row): Identity {
  const permissions = subject.set('roles').flatMap((ref) => permissionNames(getRole(sim, ref)));
  return {
    is_local_superuser: false,
    subject: subject.ref,
    auth_user_sid: subject.text('subject_identifier'),
    rbac_permissions: [...new Set(permissions)],
  };
}

/** What a pool starts with that has a directory: it is switched on, and who has a role is a subject. */
export function enrolDirectory(sim: SimPool): void {
  if (sim.options.directory.length === 0) return;
  for (const host of sim.db.rows('host'))
    sim.db.update(host, {
      external_auth_type: DIRECTORY_TYPE,
      external_auth_service_name: DIRECTORY_SERVICE,
    });
  for (const { name, role } of sim.options.directory) {
    if (role === undefined) continue;
    // Fails at once for a role that does not exist.
    const known = getRole(sim, roleRef(role));
    sim.db.create('subject', {
      subject_identifier: identifierOf(name),
      other_config: { 'subject-name': name },
      roles: [known.ref],
    });
  }
}
