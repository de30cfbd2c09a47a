/** Conditions of a list, gathered one after the other. Values travel as parameters only. */
import type { Scope } from '@openvsys/vsys';
import { readCursor, type PageRequest } from '../paging.js';

export interface KeyColumn {
  readonly column: string;
  /** PostgreSQL type that the cursor's text is cast to. */
  readonly type: 'text' | 'uuid' | 'timestamptz' | 'integer' | 'bigint';
}

/** How a list is sorted; its name keeps cursors of other lists out. */
export interface ListKey {
  readonly name: string;
  readonly columns: readonly KeyColumn[];
  readonly direction: 'ascending' | 'descending';
}

export class Filter {
  private readonly conditions: string[] = ['TRUE'];
  readonly parameters: unknown[] = [];

  /** `condition` has `?` where the value goes. */
  and(condition: string, value: unknown): this {
    this.parameters.push(value);
    this.conditions.push(condition.replace('?', `$${this.parameters.length}`));
    return this;
  }

  /** The same, when there is a value. */
  andWhen(condition: string, value: unknown): this {
    return value === undefined || value === null ? this : this.and(condition, value);
  }

  /** A condition without a value. */
  only(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  /** Rows of the scope's organization and VDCs; `alias` names the table that has these columns. */
  within(scope: Scope, organizationColumn: string, vdcColumn: string): this {
    this.andWhen(`${organizationColumn} = ?`, scope.organizationId);
    return this.andWhen(`${vdcColumn} = ANY(?::uuid[])`, scope.vdcIds);
  }

  /** Rows behind the cursor. */
  after(list: ListKey, page: PageRequest): this {
    const { columns } = list;
    const key = readCursor(list.name, page, columns.length);
    if (key === undefined) return this;
    const placeholders = columns.map(({ type }, index) => {
      this.parameters.push(key[index]);
      return `$${this.parameters.length}::${type}`;
    });
    const left = columns.map(({ column }) => column).join(', ');
    const operator = list.direction === 'ascending' ? '>' : '<';
    this.conditions.push(`(${left}) ${operator} (${placeholders.join(', ')})`);
    return this;
  }

  /** Adds a parameter that is no condition, e.g. the limit, and answers its placeholder. */
  parameter(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  get text(): string {
    return this.conditions.join(' AND ');
  }
}
