/** Reads Fujitsu's form: texts and numbers by place, parameters that are named, notes for elements nobody knows. */
import { DomainError } from '../../../errors.js';
import { literal } from '../../edit/part-secrets.js';
import { findWholeReference } from '../../references.js';
import type { ParameterDeclaration } from '../../schema/parameters.schema.js';
import { childrenOf, textOf, type ImportNote, type XmlSource } from '../xml-source.js';

export class FormReader {
  readonly notes: ImportNote[] = [];
  /** Of what stands as `${name}` in the form: it has to be given. */
  readonly parameters: Record<string, ParameterDeclaration> = {};

  note(place: string, message: string): void {
    this.notes.push({ place, message });
  }

  /** A note for each kind of child that is not among those that are read. */
  noteUnknown(element: XmlSource, place: string, known: readonly string[]): void {
    for (const name of new Set(element.children.map((child) => child.name)))
      if (!known.includes(name)) this.note(`${place}/${name}`, 'It is left out.');
  }

  /** Throws `invalid-request` when there is none. */
  getText(element: XmlSource, name: string, place: string): string {
    return this.findText(element, name) ?? refuse(`${place}/${name}`, 'it is missing');
  }

  findText(element: XmlSource, name: string): string | undefined {
    const text = textOf(element, name);
    return text === undefined ? undefined : this.open(text, { type: 'string' });
  }

  /** Throws `invalid-request` for what is no whole number. */
  findNumber(element: XmlSource, name: string, place: string): number | string | undefined {
    const text = textOf(element, name);
    if (text === undefined) return undefined;
    const open = this.open(text, { type: 'integer' });
    if (findWholeReference(open) !== undefined) return open;
    const number = Number(text);
    // Sizes are written as `100.0` too.
    if (/^[0-9]{1,9}(?:\.0+)?$/.test(text)) return number;
    return refuse(`${place}/${name}`, `“${text.slice(0, 40)}” is no whole number`);
  }

  getNumber(element: XmlSource, name: string, place: string): number | string {
    return this.findNumber(element, name, place) ?? refuse(`${place}/${name}`, 'it is missing');
  }

  private open(text: string, declaration: ParameterDeclaration): string {
    const name = findWholeReference(text);
    if (name === undefined) return literal(text);
    this.parameters[name] ??= declaration;
    return text;
  }
}

export function refuse(place: string, what: string): never {
  throw new DomainError('invalid-request', `At ${place}: ${what}.`, {
    pointer: '/text',
    remedy: 'Correct the document.',
    details: { place },
  });
}

/** The elements of a list, each with its place. */
export function listIn(
  parent: XmlSource,
  place: string,
  list: string,
  item: string,
): readonly (readonly [XmlSource, string])[] {
  return childrenOf(parent, list)
    .flatMap((each) => childrenOf(each, item))
    .map((each, index) => [each, `${place}/${list}/${item}[${index + 1}]`]);
}
