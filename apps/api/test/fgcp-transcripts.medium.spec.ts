/**
 * Recorded requests and their answers, byte by byte but for ids, times and secrets. `RECORD_TRANSCRIPTS=1` writes the answers
 * anew; look at what changed. Each answer is checked against the schema by a parser that is not ours: xmllint, where it is there.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';
import { answerOf, newFgcpUser, sign, type FgcpUser } from './fgcp-fixture.js';

const FOLDER = join(import.meta.dirname, 'fgcp/transcripts');
const SCHEMA = join(import.meta.dirname, 'fgcp/answers.xsd');
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.request'))
  .map((name) => name.slice(0, -'.request'.length))
  .toSorted();
const isRecording = process.env['RECORD_TRANSCRIPTS'] === '1';
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint)
  process.stderr.write('SKIPPED: xmllint is missing, so answers were not checked against the schema\n');

const world = useApi();
let user: FgcpUser;
/** Placeholder → what it stands for in this run. */
const known = new Map<string, string>();
beforeAll(async () => {
  user = await newFgcpUser(world(), world().demoToken);
});

/** Files have plain line ends; what is sent has those of the protocol. */
function requestOf(name: string): Buffer {
  const { accessKeyId, signature } = sign(user.privateKey);
  const filled = [['{key}', accessKeyId], ['{signature}', signature], ...known].reduce(
    (text, [placeholder = '', value = '']) => text.replaceAll(placeholder, value),
    readFileSync(join(FOLDER, `${name}.request`), 'utf8'),
  );
  return Buffer.from(filled.replaceAll('\n', '\r\n'));
}

function learn(name: string, xml: string): void {
  const learnt = (placeholder: string, pattern: RegExp) => {
    const value = pattern.exec(xml)?.[1];
    if (value !== undefined) known.set(placeholder, value);
  };
  if (name.endsWith('-CreateVSYS') && !known.has('{vsys}')) learnt('{vsys}', /<vsysId>(.*?)</);
  if (name.endsWith('-ListPublicIP')) learnt('{address}', /<address>(.*?)</);
}

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/(<initialPassword>).*?</, '$1{password}<'],
  [/(<(?:backupTime|date|today|yesterday|current|before)>)(?!--)[^<]+</g, '$1{time}<'],
  // Other suites' users, by name.
  [/(<(?:description|id)>)fgcp-\d+</g, '$1{user}<'],
];

function recordable(xml: string): string {
  const named = [...known].reduce((text, [placeholder, value]) => text.replaceAll(value, placeholder), xml);
  return VARYING.reduce(
    (text, [pattern, by]) => text.replaceAll(pattern.flags === '' ? new RegExp(pattern, 'g') : pattern, by),
    named,
  ).replaceAll('\r\n', '\n');
}

async function answered(name: string): Promise<string> {
  const response = await world()
    .http()
    .post('/ovissapi/endpoint')
    .set('Content-Type', 'text/xml')
    .send(requestOf(name));
  const { xml } = answerOf(response);
  learn(name, xml);
  return xml;
}

describe('transcripts', () => {
  it('are of many operations', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  it.each(names)('%s', async (name) => {
    const xml = await answered(name);
    const file = join(FOLDER, `${name}.answer`);
    if (isRecording) writeFileSync(file, recordable(xml));
    expect(recordable(xml)).toBe(readFileSync(file, 'utf8'));
    if (!hasXmllint) return;
    const checked = spawnSync('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, '-'], { input: xml });
    expect(checked.stderr.toString()).toBe('- validates\n');
  });
});
