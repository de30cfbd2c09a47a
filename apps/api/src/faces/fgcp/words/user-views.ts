/** Users and their roles as the protocol has them. */
import type { UserRecord } from '@openvsys/persistence';
import type { Role } from '@openvsys/vsys';
import type { FgcpFields } from '../protocol/write-answer.js';
import { noticeTime } from './dates.js';

/** The mightiest first. */
const ROLE_WORDS: readonly (readonly [Role, string])[] = [
  ['org-admin', 'Administrator'],
  ['designer', 'Designer'],
  ['operator', 'Operator'],
  ['billing', 'Accountant'],
  ['monitor', 'Monitor'],
];

/** Fields that nothing is kept for. */
const EMPTY: FgcpFields = {
  corporateName: '',
  emergencyMailAddress: '',
  emergencyTelephoneNumber: '',
  familyName: '',
  firstName: '',
  kanaFamilyName: '',
  kanaFirstName: '',
};

export const userView = ({ name, email, createdAt }: UserRecord): FgcpFields => ({
  ...EMPTY,
  description: name,
  id: name,
  mailAddress: email ?? '',
  registrationDate: noticeTime(createdAt),
});

export const authorityView = ({ name, roles }: UserRecord): FgcpFields => ({
  centralRole: ROLE_WORDS.find(([role]) => roles.includes(role))?.[1] ?? '',
  description: name,
  id: name,
  vsysroles: '',
});

/** By the protocol's word or ours; undefined: there is no such role. */
export function rolesFor(word: string): readonly Role[] | undefined {
  const found = ROLE_WORDS.find(([role, name]) => name.toLowerCase() === word.toLowerCase() || role === word);
  return found && [found[0]];
}
