/** A request as operations see it, whichever way it came. */
import { readXml } from '../../../http/xml/read-xml.js';
import { findChild, type XmlElement } from '../../../http/xml/xml-element.js';
import { wrongValue } from './fgcp-error.js';

export type Attachments = ReadonlyMap<string, Uint8Array>;

/** Fields by name. An empty field counts as absent. */
export class FgcpRequest {
  constructor(
    private readonly fields: ReadonlyMap<string, string>,
    private readonly attachments: Attachments,
  ) {}

  /** As it came, with line ends: the signature covers them. */
  raw(name: string): string | undefined {
    return this.fields.get(name);
  }

  find(name: string): string | undefined {
    const text = this.fields.get(name)?.trim();
    return text === '' ? undefined : text;
  }

  /** Throws VALIDATION_ERROR. */
  get(name: string): string {
    const text = this.find(name);
    if (text === undefined) throw wrongValue(name);
    return text;
  }

  /** Throws VALIDATION_ERROR for anything but these. */
  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const text = this.get(name);
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw wrongValue(name);
    return choice;
  }

  /** `true` and `false` in any case; absent: false. */
  flag(name: string): boolean {
    const text = this.find(name)?.toLowerCase() ?? 'false';
    if (text !== 'true' && text !== 'false') throw wrongValue(name);
    return text === 'true';
  }

  /** Words with blanks between them; absent: none. */
  words(name: string): readonly string[] {
    return this.find(name)?.split(/\s+/) ?? [];
  }

  attachment(name: string): Uint8Array | undefined {
    return this.attachments.get(name);
  }

  /**
   * The `Request` document of an attachment. A parameter that only names a file says that there is no document. Throws
   * VALIDATION_ERROR for what is no such document.
   */
  document(name: string): XmlElement | undefined {
    const bytes = this.attachments.get(name);
    if (bytes === undefined || bytes.every((byte) => byte <= 0x20)) return undefined;
    const root = readXml(trimmed(bytes));
    if (root.name !== 'Request') throw wrongValue(name);
    return root;
  }

  /** An element of the document of an attachment, by the names on the way. Throws VALIDATION_ERROR when it is not there. */
  element(name: string, ...path: readonly string[]): XmlElement {
    let element = this.document(name);
    for (const step of path) element = element && findChild(element, step);
    if (element === undefined) throw wrongValue(name);
    return element;
  }
}

/** Blank lines before the declaration, which XML itself does not allow. */
function trimmed(bytes: Uint8Array): Uint8Array {
  const begin = bytes.findIndex((byte) => byte > 0x20);
  return bytes.subarray(begin);
}
