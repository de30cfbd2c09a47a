/**
 * Reads requests: GET with everything in the query, POST with an XML document, POST with a document and attachments. Which of
 * them it is, is decided by what the body begins with; headers are not asked, because clients leave them out.
 */
import { readXml } from '../../../http/xml/read-xml.js';
import { FgcpError, wrongValue } from './fgcp-error.js';
import { FgcpRequest } from './fgcp-request.js';
import { readMultipart } from './read-multipart.js';

export interface RawRequest {
  /** Behind the question mark, still encoded. */
  readonly query: string;
  readonly body: Buffer;
}

/** More parameters than any operation has. */
const MOST_FIELDS = 64;

/** Throws VALIDATION_ERROR for what is none of them. */
export async function readRequest({ query, body }: RawRequest): Promise<FgcpRequest> {
  const begin = body.subarray(0, 1024).toString('latin1').trimStart();
  if (begin === '' && body.length < 1024) return new FgcpRequest(fieldsOfQuery(query), new Map());
  if (begin.startsWith('--')) return requestOfParts(body.subarray(body.indexOf('--')));
  if (begin.startsWith('<') || begin.startsWith('\u00ef\u00bb\u00bf'))
    return new FgcpRequest(fieldsOfDocument(body), new Map());
  throw new FgcpError('VALIDATION_ERROR', 'The request is neither XML nor a multipart message.');
}

/** Form rules: a plus sign is a blank, a line end survives. */
function fieldsOfQuery(query: string): ReadonlyMap<string, string> {
  return uniqueFields([...new URLSearchParams(query)]);
}

function fieldsOfDocument(bytes: Uint8Array): ReadonlyMap<string, string> {
  const text = Buffer.from(bytes).toString('utf8').trimStart();
  const root = readXml(text);
  if (root.name !== 'OViSSRequest') throw wrongValue('OViSSRequest');
  const nested = root.children.find(({ children }) => children.length > 0);
  if (nested !== undefined) throw wrongValue(nested.name);
  return uniqueFields(root.children.map(({ name, text: value }) => [name, value]));
}

/** Of two values for one name, each could be the one that was meant. */
function uniqueFields(fields: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  if (fields.length > MOST_FIELDS) throw wrongValue('OViSSRequest');
  const unique = new Map(fields);
  if (unique.size === fields.length) return unique;
  const twice = fields.find(([name], index) => fields.findIndex(([other]) => other === name) !== index);
  throw wrongValue(twice?.[0] ?? '');
}

async function requestOfParts(body: Buffer): Promise<FgcpRequest> {
  const [document, ...attachments] = await readMultipart(body);
  if (document?.name !== 'Document') throw wrongValue('Document');
  const files = new Map(attachments.map(({ name, bytes }) => [name, bytes]));
  if (files.size !== attachments.length) throw wrongValue('Document');
  return new FgcpRequest(fieldsOfDocument(document.bytes), files);
}
