/**
 * The files of an OVF package: from one tar (OVA), or one beside the other (OVF). The descriptor comes first, so that only
 * files which it names are read; everything is checked against the manifest when there is one.
 */
import { createHash, type Hash } from 'node:crypto';
import { DomainError } from '@openvsys/vsys';
import { extract, type Header } from 'tar-stream';
import { corrupt, quoted, tooLarge } from '../formats/image-error.js';
import {
  MANIFEST_ALGORITHMS,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ManifestAlgorithm,
  type ManifestEntry,
} from '../formats/manifest.js';
import { checkedFileName, MAX_OVF_BYTES, parseOvf, type OvfMachine } from '../formats/ovf.js';
import { gunzipped, type Meter } from './guarded-source.js';
import { pipeInto } from './piped.js';
import { SpoolFile } from './spool-file.js';

export interface PackageFiles {
  readonly machine: OvfMachine;
  /** By name, unpacked. */
  readonly files: ReadonlyMap<string, SpoolFile>;
}

export class PackageReader {
  readonly files = new Map<string, SpoolFile>();
  private readonly digests = new Map<string, Readonly<Record<ManifestAlgorithm, string>>>();
  private machine: OvfMachine | undefined;
  private manifest: ReadonlyMap<string, ManifestEntry> | undefined;

  constructor(
    private readonly folder: string,
    private readonly meter: Meter,
  ) {}

  /** Takes one file in; the descriptor must come first. Files that nobody needs are passed over. */
  async take(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    checkedFileName(name);
    const hashes = MANIFEST_ALGORITHMS.map((algorithm) => [algorithm, createHash(algorithm)] as const);
    const digested = digestedBy(
      content,
      hashes.map(([, hash]) => hash),
    );
    if (name.toLowerCase().endsWith('.ovf')) await this.takeDescriptor(digested);
    else if (name.toLowerCase().endsWith('.mf'))
      this.manifest = parseManifest(await textOf(digested, MAX_MANIFEST_BYTES));
    else await this.takeFile(name, digested);
    const texts = hashes.map(([algorithm, hash]) => [algorithm, hash.digest('hex')] as const);
    this.digests.set(name, Object.fromEntries(texts) as Record<ManifestAlgorithm, string>);
  }

  /** Files of disks that were not taken yet. */
  missing(): readonly string[] {
    const needed = (this.machine?.disks ?? []).flatMap(({ file }) => (file === null ? [] : [file]));
    return [...new Set(needed)].filter((name) => !this.files.has(name));
  }

  /** Throws `invalid-parameter` when something is missing or does not fit the manifest. */
  finish(): PackageFiles {
    if (this.machine === undefined) throw corrupt('it holds no OVF descriptor');
    const missing = this.missing();
    if (missing.length > 0) {
      throw new DomainError('invalid-parameter', `Disks are missing: ${missing.map(quoted).join(', ')}.`, {
        pointer: '/source',
        remedy: 'Give all files that the descriptor names.',
        details: { missing: missing.map((name) => name.slice(0, 255)) },
      });
    }
    for (const [name, { algorithm, hex }] of this.manifest ?? []) {
      const digest = this.digests.get(name)?.[algorithm];
      if (digest !== undefined && digest !== hex)
        throw corrupt(`the file ${quoted(name)} does not fit the manifest`);
    }
    return { machine: this.machine, files: this.files };
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.files.values()].map((file) => file.close()));
  }

  private async takeDescriptor(content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.machine !== undefined) throw corrupt('it holds two descriptors');
    const machine = parseOvf(await textOf(content, MAX_OVF_BYTES));
    const { limits } = this.meter;
    if (machine.disks.length > limits.disks)
      throw tooLarge('it has too many disks', limits.disks, machine.disks.length);
    const largest = Math.max(...machine.disks.map(({ capacityBytes }) => capacityBytes ?? 0));
    if (largest > limits.diskBytes) throw tooLarge('a disk is beyond the limit', limits.diskBytes, largest);
    this.machine = machine;
  }

  private async takeFile(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.machine === undefined) throw corrupt('it does not begin with its descriptor');
    const disk = this.machine.disks.find(({ file }) => file === name);
    if (disk !== undefined && this.files.has(name)) throw corrupt(`it holds ${quoted(name)} twice`);
    const spool = disk === undefined ? undefined : await SpoolFile.create(this.folder);
    if (spool !== undefined) this.files.set(name, spool);
    const plain = disk?.isGzipped === true ? gunzipped(content, this.meter) : content;
    for await (const chunk of plain) await spool?.append(chunk);
  }
}

async function* digestedBy(
  content: AsyncIterable<Uint8Array>,
  hashes: readonly Hash[],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    for (const hash of hashes) hash.update(chunk);
    yield chunk;
  }
}

async function textOf(content: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) throw tooLarge('a text in it is too long', limit, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A package of an appliance has a handful of files. */
const MAX_MEMBERS = 200;

function checkMember({ type, name }: Header): void {
  // Old writers leave the type open; links and devices have no place in a package.
  if (type !== undefined && type !== null && type !== 'file' && type !== 'contiguous-file')
    throw corrupt(`it holds ${quoted(name)}, which is no file`);
}

/** Reads an OVA. Throws `invalid-parameter`, `too-large`, `not-implemented`. */
export async function readOva(source: AsyncIterable<Uint8Array>, reader: PackageReader): Promise<void> {
  const tar = extract();
  const piped = pipeInto(source, tar);
  let members = 0;
  try {
    for await (const entry of tar) {
      members += 1;
      if (members > MAX_MEMBERS) throw corrupt('it holds too many files');
      checkMember(entry.header);
      await reader.take(entry.header.name, entry as AsyncIterable<Uint8Array>);
    }
  } catch (error) {
    throw piped.reasonOf(error, corrupt('it is no tar file, or ends in the middle'));
  } finally {
    piped.close();
  }
  if (members === 0) throw corrupt('it is no OVA');
}
