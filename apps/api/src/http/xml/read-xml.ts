/**
 * The only reader of XML that callers send. Strict and bounded: no document type, so no entities but the five of XML itself and
 * nothing is ever fetched; depth, elements, attributes and size have limits. What it returns is plain data.
 */
import { DomainError } from '@openvsys/vsys';
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import type { XmlAttribute, XmlElement } from './xml-element.js';

export interface XmlLimits {
  /** Of the document, UTF-16 code units or bytes as it came. */
  readonly size: number;
  /** Elements inside each other. Resolving names costs the square of it. */
  readonly depth: number;
  readonly elements: number;
  /** Of one element. */
  readonly attributes: number;
}

/** Generous for both faces: a firewall with all its rules has about 10,000 elements in 6 levels. */
export const XML_LIMITS: XmlLimits = { size: 1_048_576, depth: 32, elements: 50_000, attributes: 64 };

interface OpenElement extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root of a document in UTF-8. Throws `too-large` beyond the size, `invalid-request` for anything else that is not one
 * well-formed, modest document.
 */
export function readXml(source: string | Uint8Array, limits: XmlLimits = XML_LIMITS): XmlElement {
  if (source.length > limits.size) throw new DomainError('too-large', 'The XML document is too large.');
  return new Reading(limits).read(typeof source === 'string' ? source : decode(source));
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('It is not UTF-8.');
  }
}

class Reading {
  private readonly parser = new SaxesParser({ xmlns: true, position: true });
  private readonly open: OpenElement[] = [];
  private root: XmlElement | undefined;
  private elements = 0;
  private attributes = 0;

  constructor(private readonly limits: XmlLimits) {
    const { parser } = this;
    parser.on('error', (error) => {
      throw malformed(error.message);
    });
    parser.on('xmldecl', ({ encoding }) => requireUtf8(encoding));
    parser.on('doctype', () => {
      throw malformed('A document type declaration is not accepted.');
    });
    parser.on('opentagstart', () => this.begin());
    parser.on('attribute', () => this.countAttribute());
    parser.on('opentag', (tag) => this.enter(tag));
    parser.on('text', (text) => this.append(text));
    parser.on('cdata', (text) => this.append(text));
    parser.on('closetag', () => this.leave());
  }

  read(text: string): XmlElement {
    this.parser.write(text).close();
    if (this.root === undefined) throw malformed('It has no element.');
    return this.root;
  }

  private begin(): void {
    this.attributes = 0;
    this.elements += 1;
    if (this.elements > this.limits.elements) throw malformed('It has too many elements.');
    if (this.open.length >= this.limits.depth) throw malformed('Its elements are nested too deeply.');
  }

  private countAttribute(): void {
    this.attributes += 1;
    if (this.attributes > this.limits.attributes) throw malformed('An element has too many attributes.');
  }

  private enter({ local, uri, attributes }: SaxesTagNS): void {
    const given = Object.values(attributes).filter(isOwnAttribute);
    this.open.push({
      name: local,
      namespace: uri,
      attributes: given.map((each) => ({ name: each.local, namespace: each.uri, value: each.value })),
      children: [],
      text: '',
    });
  }

  private append(text: string): void {
    const inside = this.open.at(-1);
    if (inside !== undefined) inside.text += text;
  }

  private leave(): void {
    const done = this.open.pop();
    if (done === undefined) return;
    const parent = this.open.at(-1);
    if (parent === undefined) this.root = done;
    else parent.children.push(done);
  }
}

/** Declarations of namespaces are no attributes of anybody. */
function isOwnAttribute({ prefix, name }: SaxesAttributeNS): boolean {
  return prefix !== 'xmlns' && name !== 'xmlns';
}

/** Bytes were read as UTF-8, and US-ASCII is a part of it. */
function requireUtf8(encoding: string | undefined): void {
  if (encoding === undefined || /^(utf-8|utf8|us-ascii)$/i.test(encoding)) return;
  throw malformed('Its encoding must be UTF-8.');
}

function malformed(why: string): DomainError {
  return new DomainError('invalid-request', `The XML document is not usable: ${why}`, {
    remedy: 'Send one well-formed document in UTF-8 without a document type.',
  });
}
