/** The tenant part of a WHERE: made from a Scope, which only a principal can make. */
import type { Scope } from '@openvsys/vsys';

export interface ScopedColumns {
  /** Column with the organization, e.g. `v.organization_id`. */
  readonly organization: string;
  /** Column with the VDC; left out for things that belong to no VDC. */
  readonly vdc?: string;
}

/** Collects the values of a statement while its text is put together. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and returns its placeholder, cast so that PostgreSQL never has to guess. */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** `TRUE` for the provider; adds its values to `parameters`. */
export function scopeCondition(scope: Scope, columns: ScopedColumns, parameters: Parameters): string {
  const conditions: string[] = [];
  if (scope.organizationId !== null) {
    conditions.push(`${columns.organization} = ${parameters.add(scope.organizationId, 'uuid')}`);
  }
  if (scope.vdcIds !== null && columns.vdc !== undefined) {
    conditions.push(`${columns.vdc} = ANY(${parameters.add(scope.vdcIds, 'uuid[]')})`);
  }
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}
