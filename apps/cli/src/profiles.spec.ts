import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';
import { EXIT } from './exit-codes.js';
import { getConnection, listProfiles, removeProfile, saveProfile, useProfile } from './profiles.js';

const DEMO = { url: 'http://127.0.0.1:3000', token: 'ovs_demo' };
const PROD = { url: 'https://vsys.example.com', token: 'ovs_prod' };

describe('profiles', () => {
  let file: string;
  const env = (more: Record<string, string> = {}) => readEnvironment({ OPENVSYS_CONFIG: file, ...more });

  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'vsysctl-profiles-')), 'deep', 'config.yaml');
  });

  it('are readable by their owner only', async () => {
    await saveProfile('demo', DEMO, env());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await saveProfile('prod', PROD, env());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  });

  it('remember every server; the last one logged in to is the current one', async () => {
    await saveProfile('demo', DEMO, env());
    await saveProfile('prod', PROD, env());
    expect(await getConnection({}, env())).toEqual(PROD);
    expect(await getConnection({ profile: 'demo' }, env())).toEqual(DEMO);
    expect(await getConnection({}, env({ OPENVSYS_PROFILE: 'demo' }))).toEqual(DEMO);
    expect(await listProfiles(env())).toEqual([
      { name: 'demo', url: DEMO.url, current: false },
      { name: 'prod', url: PROD.url, current: true },
    ]);
    await useProfile('demo', env());
    expect(await getConnection({}, env())).toEqual(DEMO);
  });

  it('give way to the environment, and that to options', async () => {
    await saveProfile('demo', DEMO, env());
    const both = env({ OPENVSYS_URL: PROD.url, OPENVSYS_TOKEN: PROD.token });
    expect(await getConnection({}, both)).toEqual(PROD);
    expect(await getConnection({ token: 'other' }, both)).toEqual({ url: PROD.url, token: 'other' });
    expect(await getConnection({ token: 'other' }, env())).toEqual({ url: DEMO.url, token: 'other' });
  });

  it('never give a token to another server', async () => {
    await saveProfile('demo', DEMO, env());
    await expect(getConnection({ url: 'http://evil.example' }, env())).rejects.toThrow('There is no token');
    const sameServer = `${DEMO.url}/`;
    expect(await getConnection({ url: sameServer }, env())).toEqual({ url: sameServer, token: DEMO.token });
  });

  it('are forgotten on request, token and all', async () => {
    await saveProfile('demo', DEMO, env());
    await saveProfile('prod', PROD, env());
    expect(await removeProfile(undefined, env())).toBe('prod');
    expect(await readFile(file, 'utf8')).not.toContain(PROD.token);
    await expect(getConnection({}, env())).rejects.toMatchObject({ exitCode: EXIT.notAllowed });
    expect(await getConnection({ profile: 'demo' }, env())).toEqual(DEMO);
  });

  it('say which ones exist when another one is named', async () => {
    await saveProfile('demo', DEMO, env());
    await expect(getConnection({ profile: 'dmo' }, env())).rejects.toMatchObject({
      exitCode: EXIT.usage,
      problem: { remedy: 'Known profiles: demo.' },
    });
  });

  it.each(['profiles: [', 'profiles: { demo: { url: nowhere } }'])(
    'refuse a broken file: %s',
    async (text) => {
      await saveProfile('demo', DEMO, env());
      await writeFile(file, text);
      await expect(getConnection({}, env())).rejects.toMatchObject({ exitCode: EXIT.usage });
    },
  );

  it('ask to log in when there are none', async () => {
    await expect(getConnection({}, env())).rejects.toMatchObject({ exitCode: EXIT.notAllowed });
  });
});
