/** XML on its way out, and what of a descriptor it had no word for. */
import { pointerOf, type PointerPath } from '../../pointer.js';
import type { ImportNote } from '../xml-source.js';

/** An element with text, or with elements in this order. */
export interface WrittenXml {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly WrittenXml[];
}

export type FormValue = string | number | boolean;

export const textElement = (name: string, value: FormValue): WrittenXml => ({ name, content: String(value) });
export const group = (
  name: string,
  ...content: readonly (readonly WrittenXml[] | WrittenXml)[]
): WrittenXml => ({
  name,
  content: content.flat(),
});
/** Nothing for undefined. */
export const whenGiven = (name: string, value: FormValue | undefined): readonly WrittenXml[] =>
  value === undefined ? [] : [textElement(name, value)];
/** Nothing for none: readers of the protocol stumble over empty lists. */
export const listOf = (name: string, items: readonly WrittenXml[]): readonly WrittenXml[] =>
  items.length === 0 ? [] : [{ name, content: items }];

export class ExportNotes {
  readonly all: ImportNote[] = [];

  add(path: PointerPath, message: string): void {
    this.all.push({ place: pointerOf(...path), message });
  }

  /** One note for each field that none of `written` is. Fields that descriptors get later are told of by it too. */
  leftOver(path: PointerPath, part: object, written: readonly string[]): void {
    for (const [key, value] of Object.entries(part))
      if (value !== undefined && !written.includes(key))
        this.add([...path, key], 'The form has no word for it.');
  }
}
