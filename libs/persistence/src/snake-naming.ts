/**
 * Names of columns and constraints are derived from the table, so that an error that PostgreSQL reports by its
 * constraint can be told apart (`pg-error.map.ts`) and migrations can be read by people.
 */
import { DefaultNamingStrategy, type NamingStrategyInterface, type Table, type View } from 'typeorm';

const snake = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const tableName = (table: Table | View | string): string =>
  (typeof table === 'string' ? table : table.name).replace(/^.*\./, '');
const joined = (table: Table | View | string, columns: readonly string[], suffix: string): string =>
  [tableName(table), ...columns, suffix].join('_');

export class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return snake([...prefixes, custom ?? property].join('_'));
  }

  override primaryKeyName(table: Table | string): string {
    return joined(table, [], 'pk');
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return joined(table, columns, 'unique');
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return joined(table, columns, 'fk');
  }

  override indexName(table: Table | View | string, columns: string[]): string {
    return joined(table, columns, 'index');
  }
}
