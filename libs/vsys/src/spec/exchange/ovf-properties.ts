/** Properties of OVF products become parameters; guests get them as lines `key=value` of their user data. */
import { literal } from '../edit/part-secrets.js';
import type { ParameterDeclaration } from '../schema/parameters.schema.js';
import { attributeOf, childrenOf, textOf, type ImportNote, type XmlSource } from './xml-source.js';

const WHOLE_TYPES: ReadonlySet<string> = new Set([
  'uint8',
  'sint8',
  'uint16',
  'sint16',
  'uint32',
  'sint32',
  'uint64',
  'sint64',
]);
const LONGEST_NAME = 40;

export class OvfProperties {
  readonly parameters: Record<string, ParameterDeclaration> = {};
  private readonly nameByKey = new Map<string, string>();

  /** Empty: there are none. */
  userDataOf(products: readonly XmlSource[], place: string, notes: ImportNote[]): string {
    const lines = products.flatMap((product) => {
      const prefix = attributeOf(product, 'class');
      const instance = attributeOf(product, 'instance');
      return childrenOf(product, 'Property').map((property) => {
        // The key in an OVF environment: class.key.instance.
        const key = [prefix, attributeOf(property, 'key'), instance].filter(Boolean).join('.');
        return this.lineOf(key, property);
      });
    });
    if (lines.length === 0) return '';
    notes.push({ place, message: 'Properties are given as user data, not as an OVF environment.' });
    return `${lines.join('\n')}\n`;
  }

  private lineOf(key: string, property: XmlSource): string {
    const value = attributeOf(property, 'value') ?? '';
    const isFixed = attributeOf(property, 'userConfigurable') !== 'true';
    if (isFixed) return literal(`${key}=${value}`);
    return `${literal(key)}=\${${this.parameterOf(key, property, value)}}`;
  }

  private parameterOf(key: string, property: XmlSource, value: string): string {
    const known = this.nameByKey.get(key);
    if (known !== undefined) return known;
    const words = key.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const joined = words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1)));
    const base =
      joined
        .join('')
        .replace(/^[^A-Za-z]+/, '')
        .slice(0, LONGEST_NAME) || 'property';
    const name = base in this.parameters || base === 'image' ? `${base}${this.nameByKey.size + 1}` : base;
    this.nameByKey.set(key, name);
    this.parameters[name] = declarationOf(property, value);
    return name;
  }
}

function declarationOf(property: XmlSource, value: string): ParameterDeclaration {
  const text = textOf(property, 'Description') ?? textOf(property, 'Label');
  const common = text === undefined ? {} : { description: text.slice(0, 1000) };
  const isSecret = attributeOf(property, 'password') === 'true';
  if (isSecret) return { type: 'string', secret: true, ...common };
  const type = attributeOf(property, 'type') ?? 'string';
  if (type === 'boolean')
    return { type: 'boolean', ...common, ...(value === '' ? {} : { default: /^true$/i.test(value) }) };
  const number = Number(value);
  if (WHOLE_TYPES.has(type))
    return {
      type: 'integer',
      ...common,
      ...(value !== '' && Number.isSafeInteger(number) ? { default: number } : {}),
    };
  if (type === 'real32' || type === 'real64')
    return {
      type: 'number',
      ...common,
      ...(value !== '' && Number.isFinite(number) ? { default: number } : {}),
    };
  return { type: 'string', ...common, ...(value === '' ? {} : { default: value }) };
}
