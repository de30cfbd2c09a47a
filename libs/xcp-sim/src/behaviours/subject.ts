// Purpose: subjects: users and groups of an external directory that may log in, with their roles.
import { getRole, permissionNames, roleRef } from './role.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { textOf } from '../datamodel/xen-value.js';
import { XenFailure } from '../core/failure.js';

export const SUBJECT: BehaviourTable = {
  'subject.create': quick(({ sim }, args) => {
    const record = args.map(0);
    const identifier = textOf(record['subject_identifier']);
    const known = sim.db.rows('subject').some((row) => row.text('subject_identifier') === identifier);
    if (known) throw new XenFailure('SUBJECT_ALREADY_EXISTS');
    // Whoever is not given a role gets the strongest one.
    return sim.db.create('subject', { ...record, roles: [roleRef('pool-admin')] }).ref;
  }),
  'subject.destroy': quick(({ sim }, args) => {
    const subject = sim.db.get('subject', args.ref(0));
    sim.db.remove(subject);
    // Whoever is no longer allowed is logged out.
    for (const session of sim.db.rows('session'))
      if (session.link('subject') === subject.ref) sim.sessions.end(session);
  }),
  'subject.add_to_roles': quick(({ sim }, args) => {
    const subject = sim.db.get('subject', args.ref(0));
    const role = getRole(sim, args.ref(1)).ref;
    if (subject.set('roles').includes(role)) throw new XenFailure('ROLE_ALREADY_EXISTS');
    sim.db.update(subject, { roles: [...subject.set('roles'), role] });
  }),
  'subject.remove_from_roles': quick(({ sim }, args) => {
    const subject = sim.db.get('subject', args.ref(0));
    const roles = subject.set('roles');
    if (!roles.includes(args.ref(1))) throw new XenFailure('ROLE_NOT_FOUND');
    sim.db.update(subject, { roles: roles.filter((role) => role !== args.ref(1)) });
  }),
  'subject.get_permissions_name_label': quick(({ sim }, args) => {
    const roles = sim.db.get('subject', args.ref(0)).set('roles');
    return [...new Set(roles.flatMap((ref) => permissionNames(getRole(sim, ref))))];
  }),
};
