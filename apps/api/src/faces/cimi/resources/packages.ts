/**
 * Packages of systems and templates, in and out: descriptors in YAML. They come from our own exports or inside the request as a
 * data URI; the format of OVF would lose what makes a system one, and is not served.
 */
import { DomainError } from '@openvsys/vsys';
import { readXml } from '../../../http/xml/read-xml.js';
import type { Input } from '../read/input.js';
import { hrefOf } from '../read/input.js';
import { OVF_TYPE } from '../words/ovf.js';
import type { CimiContext } from './context.js';
import { exportedSystem, exportedTemplate } from './exported-system.js';
import type { Document } from './face.js';
import { isInput } from './credentials.js';
import { descriptorName } from './design-of-components.js';
import { missing, notServed } from './wish-errors.js';

export const PACKAGE_TYPE = 'application/yaml';
const FORMATS: ReadonlySet<string> = new Set([PACKAGE_TYPE, 'application/x-yaml', 'text/yaml']);

/** Of a descriptor that came as an envelope, which says no name that a descriptor can have. */
const OVF_NAME = 'imported';

export const packageOf = (text: string): Document => ({ contentType: PACKAGE_TYPE, text });

/** How the standard names the format. */
const OVF_SPECIFICATION = 'http://schemas.dmtf.org/ovf/envelope/1';

export type PackageFormat = 'descriptor' | 'ovf';
const OVF_FORMATS: ReadonlySet<string> = new Set([OVF_TYPE, 'application/ovf', 'ovf', OVF_SPECIFICATION]);

/** Throws `not-implemented` for other formats, and for a place that the package shall be sent to. */
export function requireFormat({ format, destination }: Input): PackageFormat {
  const wanted = typeof format === 'string' ? format.trim() : PACKAGE_TYPE;
  const isOvf = OVF_FORMATS.has(wanted) || OVF_FORMATS.has(wanted.toLowerCase());
  if (!isOvf && !FORMATS.has(wanted.toLowerCase()))
    throw notServed(`Packages are ${PACKAGE_TYPE} or ${OVF_TYPE}, not ${wanted}.`);
  if (typeof destination === 'string')
    throw notServed('Packages are fetched from the Location of the answer; they are not sent anywhere.');
  return isOvf ? 'ovf' : 'descriptor';
}

const DATA = /^data:[^,;]*(?:;[^,;]*)*?(;base64)?,([\s\S]*)$/;

/** The text of a descriptor. Throws `invalid-request`, `not-found`, `not-implemented`. */
export async function readPackage(context: CimiContext, { source, properties }: Input): Promise<string> {
  if (typeof source !== 'string') throw missing('source');
  const data = DATA.exec(source);
  if (data !== null)
    return descriptorIn(context, textOfData(data[1] !== undefined, data[2] ?? ''), properties);
  const { dialect, baseUri } = context;
  const path = hrefOf({ dialect, baseUri, attributes: [], types: [] }, source);
  const own = /^(systems|system_templates)\/([^/]+)\/package$/.exec(path);
  if (own === null) throw notServed('Packages are read from our own exports and from data URIs.');
  const [, noun = '', id = ''] = own;
  return noun === 'systems'
    ? exportedSystem(context, decodeURIComponent(id))
    : exportedTemplate(context, decodeURIComponent(id));
}

/**
 * An OVF envelope becomes a descriptor; everything else is taken for one. Envelopes do not say what servers are made of: that is
 * the property `image`.
 */
async function descriptorIn({ use }: CimiContext, text: string, properties: unknown): Promise<string> {
  if (!text.trimStart().startsWith('<')) return text;
  const { name = OVF_NAME, image } = isInput(properties) ? properties : {};
  const metadata = { name: descriptorName(String(name)), version: '1.0.0' };
  const wish = { metadata, ...(typeof image === 'string' ? { image } : {}) };
  const { source } = await use.importDescriptor.fromOvf(readXml(text), wish);
  return source;
}

function textOfData(isBase64: boolean, data: string): string {
  try {
    return isBase64 ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data);
  } catch {
    throw new DomainError('invalid-request', 'The data URI cannot be read.', { pointer: '/source' });
  }
}
