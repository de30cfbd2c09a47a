// Purpose: whether a value has the type the data model declares.
import type { SimPool } from '@openvsys/xcp-sim';

type DataModel = SimPool['db']['model'];
type ClassFact = DataModel['classes'] extends ReadonlyMap<string, infer Fact> ? Fact : never;
type XenType = ClassFact['fields'] extends ReadonlyMap<string, { type: infer Type }> ? Type : never;

export function fits(model: DataModel, type: XenType, value: unknown): boolean {
  switch (type.kind) {
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'set':
      return Array.isArray(value) && value.every((item) => fits(model, type.of, item));
    case 'map':
      return (
        typeof value === 'object' &&
        value !== null &&
        Object.values(value).every((item) => fits(model, type.value, item))
      );
    case 'enum':
      return typeof value === 'string' && (model.enums[type.name]?.includes(value) ?? false);
    case 'datetime':
      return typeof value === 'string' && /^\d{8}T\d\d:\d\d:\d\dZ$/.test(value);
    case 'record':
    case 'any':
    case 'option':
      return true;
    default:
      return typeof value === 'string';
  }
}
