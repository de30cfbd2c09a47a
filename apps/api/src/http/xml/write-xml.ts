/**
 * Writes the XML of answers. A few lines of our own, because the faces want exact bytes (which ends of lines, which texts stay in
 * one piece) and lists of thousands of elements at the speed of JSON.
 */

/** What stands inside an element: text, or elements in this order. */
export type XmlContent = string | readonly XmlNode[];

export interface XmlNode {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: XmlContent;
}

export interface XmlStyle {
  readonly newline: string;
  /** Of one level. */
  readonly indent: string;
}

const PRETTY: XmlStyle = { newline: '\n', indent: '  ' };

/** A whole document with declaration. Names are taken as they are: they come from tables, never from callers. */
export function writeXml(root: XmlNode, style: XmlStyle = PRETTY): string {
  const parts = ['<?xml version="1.0" encoding="UTF-8"?>', style.newline];
  write(root, style, '', parts);
  return parts.join('');
}

function write(
  { name, attributes, content }: XmlNode,
  style: XmlStyle,
  margin: string,
  parts: string[],
): void {
  parts.push(margin, '<', name, attributesOf(attributes));
  if (content.length === 0) {
    parts.push('/>', style.newline);
  } else if (typeof content === 'string') {
    parts.push('>', escapeXml(content), '</', name, '>', style.newline);
  } else {
    parts.push('>', style.newline);
    for (const node of content) write(node, style, margin + style.indent, parts);
    parts.push(margin, '</', name, '>', style.newline);
  }
}

function attributesOf(attributes: XmlNode['attributes']): string {
  if (attributes === undefined) return '';
  let text = '';
  for (const name in attributes) text += ` ${name}="${escapeXml(attributes[name] ?? '')}"`;
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
const SPECIAL = /[&<>"\r]/g;
/** All but production `Char` of XML 1.0: what no document may have, not even escaped. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Most texts have nothing to escape: ids, URIs, words. Looking once is much cheaper than replacing twice. */
const HARMLESS = /^[\w .,:;/?=#@%+()-]*$/;

/** Text that is safe between tags and in double-quoted attributes. Characters that XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  if (HARMLESS.test(text)) return text;
  return text.replace(FORBIDDEN, '\ufffd').replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}
