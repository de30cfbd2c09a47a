/** Every error is a Job that failed. */
import { HttpException } from '@nestjs/common';
import { asDomainError, DomainError } from '@openvsys/vsys';
import { codeOfStatus, PROBLEM_KINDS } from '../../../http/problem.table.js';
import { ref, type Representation } from '../model/representation.js';
import { CimiRefusal } from './refusal.js';

export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Texts of foreign exceptions stay out of answers. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CimiRefusal) return thrown;
  const error = domainErrorOf(thrown);
  const { status } = PROBLEM_KINDS[error.code];
  return {
    status: STATUSES[error.code] ?? status,
    message: sentencesOf(error),
    headers: error.retry === 'same' ? { 'Retry-After': '2' } : {},
  };
}

/** What a malformed descriptor is to REST is a malformed request here; a quota is a matter of rights. */
const STATUSES: Partial<Record<DomainError['code'], number>> = {
  'invalid-descriptor': 400,
  'invalid-parameter': 400,
  'quota-exceeded': 403,
};

function domainErrorOf(thrown: unknown): DomainError {
  if (thrown instanceof HttpException) return ofStatus(thrown.getStatus(), thrown.message);
  const status: unknown = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500 && thrown instanceof Error)
    return ofStatus(status, thrown.message);
  return asDomainError(thrown);
}

function ofStatus(status: number, message: string): DomainError {
  const code = codeOfStatus(status);
  return code === 'internal' ? asDomainError(new Error(message)) : new DomainError(code, message);
}

function sentencesOf({ message, remedy, violations }: DomainError): string {
  const places = violations.map((each) => `${each.pointer}: ${each.message}`);
  return [message, ...places, ...(remedy === undefined ? [] : [remedy])].join(' ');
}

/** Own return codes begin here: those below are the standard's. */
const OWN_CODES = 10_000;

export function errorJob(failure: Failure, target: string, action: string, at: Date): Representation {
  return {
    type: 'Job',
    id: '',
    attributes: {
      state: 'FAILED',
      targetResource: ref(target),
      affectedResources: [ref(target)],
      action,
      returnCode: OWN_CODES + failure.status,
      progress: 100,
      statusMessage: failure.message,
      timeOfStatusChange: at,
    },
    operations: [],
  };
}
