/** What an operation is to the rest of the face. Each noun has a table of its own in `operations/`. */
import type { ContractId, OrganizationId, Permission } from '@openvsys/vsys';
import type { Call } from '../../use-cases/call.js';
import type { FgcpRequest } from './protocol/fgcp-request.js';
import type { FgcpFields, Locale } from './protocol/write-answer.js';

export interface FgcpCall {
  readonly call: Call;
  readonly request: FgcpRequest;
  readonly locale: Locale;
  readonly organizationId: OrganizationId;
  /** The protocol names it as creator and owner of everything. */
  readonly contract: ContractId;
}

export interface FgcpOperation {
  /** As the route of the REST API for the same thing asks it. */
  readonly permission: Permission;
  /** What the answer has beside its status. Throws FgcpError or DomainError. */
  run(given: FgcpCall): Promise<FgcpFields>;
}

export type FgcpOperations = Readonly<Record<string, FgcpOperation>>;

/** Operations of one noun, with the use cases that they stand on. */
export abstract class FgcpNoun {
  abstract readonly operations: FgcpOperations;
}

export const NOTHING: FgcpFields = {};
