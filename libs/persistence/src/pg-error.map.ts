/**
 * PostgreSQL's errors in our words: the only place that reads SQLSTATEs and constraint names.
 * A constraint that is missing here is a defect of ours and becomes `internal`.
 */
import { DomainError, type DomainErrorOptions, type ErrorCode } from '@openvsys/vsys';
import { QueryFailedError } from 'typeorm';

type Meaning = readonly [code: ErrorCode, message: string, options?: DomainErrorOptions];

const TAKEN_MEANWHILE: DomainErrorOptions = {
  retry: 'same',
  remedy: 'Repeat the request; another one will be picked.',
};

const CONSTRAINTS: Readonly<Record<string, Meaning>> = {
  organization_contract_unique: [
    'conflict',
    'There is already an organization with this contract.',
    { pointer: '/contract' },
  ],
  organization_contract_form: [
    'invalid-request',
    'A contract has 8 characters A-Z and 0-9.',
    { pointer: '/contract' },
  ],
  connection_end_zone_unique: [
    'conflict',
    'Another connection of the system has this name.',
    { pointer: '/name', remedy: 'Choose another name.' },
  ],
  zone_name_unique: ['conflict', 'There is already a zone of this name.', { pointer: '/name' }],
  vdc_organization_id_name_unique: [
    'conflict',
    'The organization already has a VDC of this name.',
    { pointer: '/name' },
  ],
  vdc_zone_id_fk: ['invalid-request', 'There is no such zone.', { pointer: '/zoneId' }],
  vdc_organization_id_fk: [
    'invalid-request',
    'There is no such organization.',
    { pointer: '/organizationId' },
  ],
  api_token_organization_id_fk: [
    'invalid-request',
    'There is no such organization.',
    { pointer: '/organizationId' },
  ],
  quota_limit_not_negative: ['invalid-request', 'A limit is not negative.', { pointer: '/limit' }],
  pool_name_unique: ['conflict', 'There is already a pool of this name.', { pointer: '/name' }],
  pool_xapi_uuid_unique: [
    'conflict',
    'This pool is registered already, under another name or address.',
    {
      pointer: '/urls',
      retry: 'never',
      remedy: 'List the pools; change the login of the one that is there.',
    },
  ],
  pool_operation_subject_index: [
    'conflict',
    'Something else is being done with the same thing just now.',
    { retry: 'after-change', remedy: 'Wait for the other operation of the pool, or cancel it.' },
  ],
  pool_zone_id_fk: ['invalid-request', 'There is no such zone.', { pointer: '/zoneId' }],
  pool_vlan_range: ['invalid-request', 'VLANs are a range within 1 to 4094.', { pointer: '/vlanFirst' }],
  public_address_pk: ['conflict', 'The address is registered already.', { pointer: '/address' }],
  price_no_overlap: [
    'conflict',
    'The product already has a price in a part of this time.',
    { pointer: '/validFrom', remedy: 'End the present price first.' },
  ],
  price_range: ['invalid-request', 'A price ends after it begins.', { pointer: '/validTo' }],
  descriptor_version_descriptor_id_version_unique: [
    'conflict',
    'This version of the descriptor exists already, and versions never change.',
    { pointer: '/metadata/version', remedy: 'Post it under a higher version.' },
  ],
  user_account_organization_id_name_unique: [
    'conflict',
    'There is already a user of this name in the organization.',
    { pointer: '/name', remedy: 'Users are never deleted: enable this one again, or take another name.' },
  ],
  efm_update_running_unique: [
    'conflict',
    'The EFM is being updated already.',
    { retry: 'after-change', remedy: 'Wait until that update has ended (GET …/updates).' },
  ],
  user_account_subject_unique: [
    'conflict',
    'Another user signs in with this subject.',
    { pointer: '/subject', retry: 'never' },
  ],
  user_certificate_fingerprint_unique: [
    'conflict',
    'The certificate is registered already.',
    { pointer: '/certificate', retry: 'never' },
  ],
  user_account_provider_name_unique: [
    'conflict',
    'There is already a user of this name in the organization.',
    { pointer: '/name', remedy: 'Users are never deleted: enable this one again, or take another name.' },
  ],
  descriptor_organization_id_name_unique: [
    'conflict',
    'The descriptor was created at the same moment.',
    TAKEN_MEANWHILE,
  ],
  descriptor_provider_name_unique: [
    'conflict',
    'The descriptor was created at the same moment.',
    TAKEN_MEANWHILE,
  ],
  vsys_pk: ['conflict', 'The id of the VSYS was taken at the same moment.', TAKEN_MEANWHILE],
  vsys_live_name_unique: [
    'conflict',
    'There is already a VSYS of this name in the VDC.',
    { pointer: '/name', remedy: 'Choose another name, or delete the other system first.' },
  ],
  vsys_live_external_id_unique: [
    'conflict',
    'Another system of the organization has this external id.',
    { pointer: '/externalId', remedy: 'Choose another one, or take it from the other system first.' },
  ],
  vsys_generation_pk: [
    'stale',
    'The VSYS was changed at the same moment.',
    { remedy: 'Read it again and repeat.' },
  ],
  vnet_vlan_unique: ['conflict', 'The VLAN was taken at the same moment.', TAKEN_MEANWHILE],
  vnet_auto_range_free: ['conflict', 'The range was taken at the same moment.', TAKEN_MEANWHILE],
  address_reservation_free: [
    'conflict',
    'Some of these addresses are reserved already.',
    { pointer: '/first', remedy: 'Choose others, or free the other reservation first.' },
  ],
  nic_zone_address_unique: [
    'conflict',
    'The address of an appliance was taken at the same moment.',
    TAKEN_MEANWHILE,
  ],
  nic_mac_unique: ['conflict', 'The MAC address was taken at the same moment.', TAKEN_MEANWHILE],
  nic_ipv4_unique: [
    'conflict',
    'Two NICs in one VNet may not have the same address.',
    { pointer: '/vservers' },
  ],
  allocated_address_name_unique: [
    'conflict',
    'The VDC has an allocated address of this name.',
    { pointer: '/name', remedy: 'Choose another name.' },
  ],
  allocated_address_address_unique: [
    'conflict',
    'The address was taken at the same moment.',
    TAKEN_MEANWHILE,
  ],
  public_ip_address_unique: ['conflict', 'The public address was taken at the same moment.', TAKEN_MEANWHILE],
};

/** The database is there but does not serve now (PostgreSQL documentation, appendix A: classes 08, 40, 53, 55, 57). */
const PASSING_STATES = /^(08...|40001|40P01|53...|55P03|57014|57P0[1235])$/;
/** A transaction that lost against another one and may be run again as a whole. */
const REPEATABLE_STATES = /^(40001|40P01)$/;
/** Raised by our own triggers on rows that never change (restrict_violation). */
const NEVER_CHANGES = '23001';
/**
 * Values that no column of their type can hold (appendix A: numeric_value_out_of_range, the two of datetimes,
 * character_not_in_repertoire, invalid_text_representation): callers made them up, in a query or inside a cursor.
 */
const IMPOSSIBLE_VALUE = /^(22003|22007|22008|22021|22P02)$/;
const PASSING_NODE_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
];
/** node-postgres gives its own connection errors no code. */
const PASSING_TEXT =
  /connection terminated|terminating connection|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|driver not connected|query ?runner already released/i;

interface PgFacts {
  readonly code: string;
  readonly constraint: string;
  readonly message: string;
}

function factsOf(error: unknown): PgFacts {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const facts = typeof source === 'object' && source !== null ? source : {};
  const text = (name: string): string => {
    const value: unknown = Reflect.get(facts, name);
    return typeof value === 'string' ? value : '';
  };
  return { code: text('code'), constraint: text('constraint'), message: text('message') };
}

/** True for a transaction that may simply be run again: serialization failure, deadlock. */
export function isRepeatable(error: unknown): boolean {
  const cause = error instanceof DomainError ? error.cause : error;
  return REPEATABLE_STATES.test(factsOf(cause).code);
}

/** Anything that a query threw, as a DomainError: `unavailable` (retry same) when the database cannot serve now. */
export function mapPgError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, constraint, message } = factsOf(error);
  const known = CONSTRAINTS[constraint];
  if (known !== undefined) return new DomainError(known[0], known[1], { ...known[2], cause: error });
  if (code === NEVER_CHANGES) {
    return new DomainError('conflict', 'What was published or recorded never changes.', { cause: error });
  }
  if (IMPOSSIBLE_VALUE.test(code)) {
    return new DomainError('invalid-request', 'The request has a value that nothing can have.', {
      remedy: 'Take cursors and ids from answers as they are; texts have no zero bytes.',
      cause: error,
    });
  }
  if (PASSING_STATES.test(code) || PASSING_NODE_CODES.includes(code) || PASSING_TEXT.test(message)) {
    return new DomainError('unavailable', 'The database does not answer just now.', {
      remedy: 'Repeat the request in some seconds.',
      cause: error,
    });
  }
  return new DomainError('internal', 'Something went wrong on our side.', {
    remedy: 'Repeat the request later; if it stays, report the request id.',
    cause: error,
  });
}
