/** Refusals in the words of FGCP. The HTTP status is 200 all the same: clients take anything else for a broken connection. */

export const FGCP_STATUSES = [
  'VALIDATION_ERROR',
  'RESOURCE_NOT_FOUND',
  'ILLEGAL_STATE',
  'ILLEGAL_STATE_DST',
  'ILLEGAL_CONDITION',
  'ALREADY_STARTED',
  'ALREADY_STOPPED',
  'ALREADY_ATTACHED',
  'ALREADY_DETACHED',
  'SYSTEM_NAME_ALREADY_EXISTS',
  'SERVER_NAME_ALREADY_EXISTS',
  'DISK_NAME_ALREADY_EXISTS',
  'SERVER_RUNNING',
  'NEVER_BOOTED',
  'NONE_LB_RULE',
  'MAX_COUNT_OVER',
  'OVER_LIMIT_ERROR',
  'OUT_OF_BOUNDS_ERROR',
  'ACCESS_NOT_PERMIT',
  'UNSUPPORT_ERROR',
  'NOTFOUND',
  'ERROR',
] as const;
export type FgcpStatus = (typeof FGCP_STATUSES)[number];

export class FgcpError extends Error {
  override readonly name = 'FgcpError';

  /** The message is for callers and has one line: some of them look for it with patterns that end at a line's end. */
  constructor(
    readonly status: FgcpStatus,
    message: string,
  ) {
    super(oneLine(message));
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Missing and unusable parameters, and ids of things that belong to somebody else or never were. */
export const wrongValue = (...parameters: readonly string[]): FgcpError =>
  new FgcpError('VALIDATION_ERROR', `A wrong value is set.:[${parameters.join(', ')}]`);

export type ResourceKind = 'SERVER' | 'VSYS' | 'DISK' | 'IMAGE' | 'BACKUP' | 'SNAPSHOT' | 'PUBLICIP' | 'USER';

export const noResource = (kind: ResourceKind, id: string): FgcpError =>
  new FgcpError('RESOURCE_NOT_FOUND', `Resource[${kind}-ID:${id}] doesnt exist.`);

export const illegalState = (id: string, status: string): FgcpError =>
  new FgcpError('ILLEGAL_STATE', `The status of Server[${id}] is [${status}].`);

/** Said before any operation was looked at, or about its parameters: the root of the answer names none. */
const GENERAL: readonly FgcpStatus[] = ['VALIDATION_ERROR', 'NOTFOUND'];

export const isGeneral = ({ status }: FgcpError): boolean => GENERAL.includes(status);
