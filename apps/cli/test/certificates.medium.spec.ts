/** Certificates of users from the terminal, with the real program against everything it works with. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

describe('vsysctl users certificates', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  const folder = mkdtempSync(join(tmpdir(), 'vsysctl-'));
  const file = (name: string) => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    const { url, tenantToken } = world();
    expect((await vsysctl(['login', '--url', url, '--token', tenantToken])).code).toBe(0);
    expect((await vsysctl(['users', 'create', 'anna', '--role', 'operator'])).code).toBe(0);
  }, 60_000);

  it('issues one into a file, lists it and revokes it', async () => {
    const issued = await vsysctl(['users', 'certificates', 'issue', 'anna', '--out', file('anna.pem')]);
    expect(issued.code).toBe(0);
    expect(issued.out).not.toContain('PRIVATE KEY');
    const pem = readFileSync(file('anna.pem'), 'utf8');
    expect(
      new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERT'))).checkPrivateKey(createPrivateKey(pem)),
    ).toBe(true);
    expect(statSync(file('anna.pem')).mode & 0o777).toBe(0o600);
    const listed = await vsysctl(['users', 'certificates', 'list', 'anna', '-o', 'json']);
    const [certificate] = JSON.parse(listed.out);
    expect(certificate.subject).toContain('CN=anna');
    expect((await vsysctl(['users', 'certificates', 'revoke', certificate.id])).code).toBe(0);
    const after = await vsysctl(['users', 'certificates', 'list', 'anna', '-o', 'json']);
    expect(JSON.parse(after.out)[0].revokedAt).not.toBeNull();
  });

  it('registers one, and never writes over a file', async () => {
    const authority = await vsysctl(['users', 'certificates', 'authority']);
    writeFileSync(file('ca.crt'), authority.out);
    expect((await vsysctl(['users', 'certificates', 'register', 'anna', file('ca.crt')])).code).toBe(0);
    expect(
      (await vsysctl(['users', 'certificates', 'issue', 'anna', '--out', file('ca.crt')])).code,
    ).not.toBe(0);
    expect(readFileSync(file('ca.crt'), 'utf8')).toBe(authority.out);
  });

  it('says and sets which signatures are taken', async () => {
    expect((await vsysctl(['users', 'certificates', 'sha1'])).out).toContain('default');
    expect((await vsysctl(['users', 'certificates', 'sha1', 'refuse'])).code).toBe(0);
    expect((await vsysctl(['users', 'certificates', 'sha1'])).out).toContain('refuse');
    expect((await vsysctl(['users', 'certificates', 'sha1', 'perhaps'])).code).toBe(2);
  });
});
