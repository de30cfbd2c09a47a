/**
 * Answers: root `<Action>Response`, one namespace, children in the order of the alphabet at every level, CRLF, no attributes.
 * The literal `<responseStatus>SUCCESS</responseStatus>` is what a client looks for.
 */
import { writeXml, type XmlContent, type XmlNode } from '../../../http/xml/write-xml.js';
import { isGeneral, type FgcpError } from './fgcp-error.js';

/** Undefined: the element is left out. An empty text or object: an empty element. A list: the element again and again. */
export type FgcpValue = string | number | boolean | undefined | FgcpFields | readonly (string | FgcpFields)[];
export interface FgcpFields {
  readonly [element: string]: FgcpValue;
}

export type Locale = 'en' | 'ja';

const NAMESPACE = 'http://apioviss.jp.fujitsu.com';
const STYLE = { newline: '\r\n', indent: '  ' };
const DONE: Readonly<Record<Locale, string>> = {
  en: 'Processing was completed.',
  ja: '処理が完了しました。',
};

export const writeSuccess = (action: string, locale: Locale, fields: FgcpFields): string =>
  document(`${action}Response`, { ...fields, responseMessage: DONE[locale], responseStatus: 'SUCCESS' });

export const writeFailure = (action: string | undefined, error: FgcpError): string =>
  document(action === undefined || isGeneral(error) ? 'OViSSResponse' : `${action}Response`, {
    responseMessage: error.message,
    responseStatus: error.status,
  });

const document = (name: string, fields: FgcpFields): string =>
  writeXml({ name, attributes: { xmlns: NAMESPACE }, content: nodesOf(fields) }, STYLE);

function nodesOf(fields: FgcpFields): XmlNode[] {
  return Object.entries(fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => elementsOf(name, value));
}

function elementsOf(name: string, value: FgcpValue): XmlNode[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((each: string | FgcpFields) => elementsOf(name, each));
  return [{ name, content: contentOf(value as string | number | boolean | FgcpFields) }];
}

const contentOf = (value: string | number | boolean | FgcpFields): XmlContent =>
  typeof value === 'object' ? nodesOf(value) : String(value);

/** Undefined for an empty list: where an element has to be left out when there is nothing in it. */
export function unlessEmpty(name: string, items: readonly FgcpFields[]): FgcpFields | undefined {
  return items.length === 0 ? undefined : { [name]: items };
}
