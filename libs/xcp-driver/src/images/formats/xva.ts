/**
 * XVA, the pool's own format: a tar whose first member `ova.xml` is an XML-RPC value with all records, then a folder a disk
 * with numbered chunks of 1 MiB, each followed by its checksum. The pool reads it itself; here is only seen that it is one,
 * what it will need, and, while it passes, that its chunks are whole.
 */
import { createHash } from 'node:crypto';
import type { Header } from 'tar-stream';
import { parseXmlValue } from '../../transport/xml-value.js';
import { corrupt, quoted, unsupported } from './image-error.js';

export const XVA_DESCRIPTOR = 'ova.xml';
/** Records of one VM have about 50 KiB. */
export const MAX_OVA_XML_BYTES = 4 * 2 ** 20;
/** Chunks are 1 MiB; an empty first chunk and small ends occur. */
const MAX_CHUNK_BYTES = 2 ** 20;

export interface XvaSummary {
  readonly machines: number;
  /** Virtual sizes of the disks. */
  readonly diskBytes: readonly number[];
}

interface XvaObject {
  readonly class?: unknown;
  readonly snapshot?: unknown;
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** Throws `invalid-parameter`. */
export function parseOvaXml(text: string): XvaSummary {
  let value: unknown;
  try {
    value = parseXmlValue(text);
  } catch {
    throw corrupt('the records of the XVA cannot be read');
  }
  const objects = fieldOf(value, 'objects');
  if (!Array.isArray(objects)) throw corrupt('the XVA holds no records');
  const ofClass = (name: string): readonly unknown[] =>
    objects
      .filter((object: XvaObject) => fieldOf(object, 'class') === name)
      .map((object: XvaObject) => fieldOf(object, 'snapshot'));
  const machines = ofClass('VM').filter(
    (vm) => fieldOf(vm, 'is_a_snapshot') !== true && fieldOf(vm, 'is_control_domain') !== true,
  );
  const used = new Set(
    ofClass('VBD')
      .filter((vbd) => fieldOf(vbd, 'type') === 'Disk')
      .map((vbd) => fieldOf(vbd, 'VDI')),
  );
  const sizes = objects
    .filter((object: XvaObject) => fieldOf(object, 'class') === 'VDI')
    .filter((object: XvaObject) => used.has(fieldOf(object, 'id')))
    .map((object: XvaObject) => Number(fieldOf(fieldOf(object, 'snapshot'), 'virtual_size')));
  if (machines.length === 0) throw corrupt('the XVA holds no machine');
  if (machines.length > 1)
    throw unsupported(`it holds ${machines.length} machines`, 'Export each machine on its own.');
  if (sizes.some((size) => !Number.isSafeInteger(size) || size <= 0))
    throw corrupt('a disk of the XVA has an impossible size');
  return { machines: machines.length, diskBytes: sizes };
}

const CHUNK = /^Ref:\d{1,10}\/(\d{8,10})$/;
const CHECKSUM = /^(Ref:\d{1,10}\/\d{8,10})\.(checksum|xxhash)$/;

/** The size of an empty member may be left out. */
export type XvaMember = Pick<Header, 'name'> & Partial<Pick<Header, 'size' | 'type'>>;

/** Looks at the members of an XVA in their order. Every method throws `invalid-parameter`. */
export class XvaInspector {
  private lastChunk: { readonly name: string; readonly sha1: string } | undefined;
  private isFirst = true;

  /** Bytes that may be kept of the member. */
  checkHeader({ name, size = 0, type }: XvaMember): void {
    if (this.isFirst !== (name === XVA_DESCRIPTOR)) throw corrupt('the XVA does not begin with its records');
    this.isFirst = false;
    if (type !== 'file' && type !== 'contiguous-file' && type !== undefined)
      throw corrupt(`the XVA holds ${quoted(name)}, which is no file`);
    const most = name === XVA_DESCRIPTOR ? MAX_OVA_XML_BYTES : MAX_CHUNK_BYTES;
    if (size > most) throw corrupt(`the part ${quoted(name)} of the XVA is too long`);
    const isKnown = name === XVA_DESCRIPTOR || CHUNK.test(name) || CHECKSUM.test(name);
    if (!isKnown) throw corrupt(`the XVA holds ${quoted(name)}, which does not belong there`);
  }

  checkMember(name: string, content: Buffer): void {
    const [, chunk, kind] = CHECKSUM.exec(name) ?? [];
    if (chunk === undefined) {
      if (name !== XVA_DESCRIPTOR)
        this.lastChunk = { name, sha1: createHash('sha1').update(content).digest('hex') };
      return;
    }
    if (this.lastChunk?.name !== chunk) throw corrupt(`the checksum ${quoted(name)} follows no chunk`);
    // The other kind of checksum is checked by the pool.
    const isWrong = kind === 'checksum' && content.toString('latin1').trim() !== this.lastChunk.sha1;
    if (isWrong) throw corrupt(`the chunk ${quoted(chunk)} of the XVA does not fit its checksum`);
  }

  checkEnd(): void {
    if (this.isFirst) throw corrupt('the XVA is empty');
  }
}
