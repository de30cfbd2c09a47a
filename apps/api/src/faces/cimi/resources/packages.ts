/**
 * Packages of systems and templates, in and out: descriptors in YAML. They come from our own exports or inside the request as a
 * data URI; the format of OVF would lose what makes a system one, and is not served.
 */
import { DomainError } from '@openvsys/vsys';
import type { Input } from '../read/input.js';
import { hrefOf } from '../read/input.js';
import type { CimiContext } from './context.js';
import { exportedSystem, exportedTemplate } from './exported-system.js';
import type { Document } from './face.js';
import { missing, notServed } from './wish-errors.js';

export const PACKAGE_TYPE = 'application/yaml';
const FORMATS: ReadonlySet<string> = new Set([PACKAGE_TYPE, 'application/x-yaml', 'text/yaml']);

export const packageOf = (text: string): Document => ({ contentType: PACKAGE_TYPE, text });

/** Throws `not-implemented` for other formats, and for a place that the package shall be sent to. */
export function requireFormat({ format, destination }: Input): void {
  if (typeof format === 'string' && !FORMATS.has(format.trim().toLowerCase()))
    throw notServed(`Packages are ${PACKAGE_TYPE}, not ${format}.`);
  if (typeof destination === 'string')
    throw notServed('Packages are fetched from the Location of the answer; they are not sent anywhere.');
}

const DATA = /^data:[^,;]*(?:;[^,;]*)*?(;base64)?,([\s\S]*)$/;

/** The text of a descriptor. Throws `invalid-request`, `not-found`, `not-implemented`. */
export async function readPackage(context: CimiContext, { source }: Input): Promise<string> {
  if (typeof source !== 'string') throw missing('source');
  const data = DATA.exec(source);
  if (data !== null) return textOfData(data[1] !== undefined, data[2] ?? '');
  const { dialect, baseUri } = context;
  const path = hrefOf({ dialect, baseUri, attributes: [], types: [] }, source);
  const own = /^(systems|system_templates)\/([^/]+)\/package$/.exec(path);
  if (own === null) throw notServed('Packages are read from our own exports and from data URIs.');
  const [, noun = '', id = ''] = own;
  return noun === 'systems'
    ? exportedSystem(context, decodeURIComponent(id))
    : exportedTemplate(context, decodeURIComponent(id));
}

function textOfData(isBase64: boolean, data: string): string {
  try {
    return isBase64 ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data);
  } catch {
    throw new DomainError('invalid-request', 'The data URI cannot be read.', { pointer: '/source' });
  }
}
