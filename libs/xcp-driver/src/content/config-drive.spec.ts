import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildConfigDrive, MAX_CONFIG_FILE_BYTES } from './config-drive.js';

/** An independent reader of the Joliet directory, by the offsets of the standard. */
function readDrive(image: Uint8Array): { label: string; files: Record<string, string> } {
  const bytes = Buffer.from(image);
  const joliet = bytes.subarray(17 * 2048, 18 * 2048);
  expect(joliet.toString('ascii', 1, 6)).toBe('CD001');
  expect(joliet.toString('ascii', 88, 91)).toBe('%/E');
  expect(joliet.readUInt32LE(80) * 2048).toBe(bytes.length);
  const name = (raw: Buffer): string => Buffer.from(raw).swap16().toString('utf16le');
  const files: Record<string, string> = {};
  const start = joliet.readUInt32LE(156 + 2) * 2048;
  const end = start + joliet.readUInt32LE(156 + 10);
  for (let at = start; at < end;) {
    const length = bytes[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / 2048) + 1) * 2048;
      continue;
    }
    expect(bytes.readUInt32LE(at + 2)).toBe(bytes.readUInt32BE(at + 6));
    expect((at % 2048) + length).toBeLessThanOrEqual(2048);
    if (((bytes[at + 25] ?? 0) & 2) === 0) {
      const from = bytes.readUInt32LE(at + 2) * 2048;
      const size = bytes.readUInt32LE(at + 10);
      const key = name(bytes.subarray(at + 33, at + 33 + (bytes[at + 32] ?? 0)));
      files[key] = bytes.toString('utf8', from, from + size);
    }
    at += length;
  }
  return { label: name(joliet.subarray(40, 72)).trim(), files };
}

const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const texts = fc.string({ unit: 'binary', maxLength: 6_000 });

describe('config drive', () => {
  it('holds the files under their names, labelled for cloud-init', () => {
    const files = { 'user-data': '#cloud-config\n', 'meta-data': 'instance-id: i-1\n', 'network-config': '' };
    expect(readDrive(buildConfigDrive(files))).toEqual({ label: 'cidata', files });
  });

  it('gives back any files, the same bytes each time', () => {
    fc.assert(
      fc.property(fc.dictionary(names, texts, { maxKeys: 16, noNullPrototype: true }), (files) => {
        const image = buildConfigDrive(files);
        const wellFormed = Object.fromEntries(
          Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'utf8').toString('utf8')]),
        );
        expect(readDrive(image).files).toEqual(wellFormed);
        expect(buildConfigDrive(files)).toEqual(image);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses names that lead elsewhere and files that are too large', () => {
    for (const name of ['../etc/passwd', 'a/b', '', '.hidden', 'x'.repeat(65), 'a\0b']) {
      expect(() => buildConfigDrive({ [name]: '' })).toThrow(
        expect.objectContaining({ code: 'invalid-parameter' }),
      );
    }
    expect(() => buildConfigDrive({ a: 'x'.repeat(MAX_CONFIG_FILE_BYTES) })).not.toThrow();
    expect(() => buildConfigDrive({ a: 'ä'.repeat(MAX_CONFIG_FILE_BYTES / 2 + 1) })).toThrow(
      expect.objectContaining({ code: 'too-large', pointer: '/configDrive/files/a' }),
    );
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`f${index}`, '']));
    expect(() => buildConfigDrive(many)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it.runIf(spawnSync('blkid', ['-V']).status === 0)('is what blkid looks for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'openvsys-drive-'));
    try {
      const path = join(folder, 'drive');
      writeFileSync(path, buildConfigDrive({ 'user-data': 'x', 'meta-data': 'y' }));
      const seen = spawnSync('blkid', ['-p', '-o', 'export', path], { encoding: 'utf8' }).stdout;
      expect(seen).toContain('LABEL=cidata');
      expect(seen).toContain('TYPE=iso9660');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
