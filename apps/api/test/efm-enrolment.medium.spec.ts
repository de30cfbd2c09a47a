/** An appliance gets the token of its agent with its config drive, once, and nobody else ever sees it. */
import { createTextSealer, hashToken } from '@openvsys/persistence';
import { isSealed, vsysId } from '@openvsys/vsys';
import { expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const ACCESS = { apiUrl: 'https://agents.example:3443', ca: '-----BEGIN CERTIFICATE-----\ntest\n' };
const world = useApi(ACCESS);

interface SpecRow {
  readonly generation: number;
  readonly servers: readonly {
    readonly id: string;
    readonly kind: string;
    readonly configDrive?: { readonly files: Record<string, string>; readonly version: number };
  }[];
}

const appliances = async (system: string) =>
  world().database.session(async (session) => {
    const row = await session.first<{ spec: SpecRow }>(
      'SELECT spec FROM vsys_generation WHERE vsys_id = $1 ORDER BY generation DESC LIMIT 1',
      [vsysId(system)],
    );
    return row?.spec.servers.filter(({ kind }) => kind !== 'server') ?? [];
  });

it('enrols each appliance with its system and keeps it enrolled through changes', async () => {
  const api = world().as(world().demoToken);
  const body = { name: newName('enrol'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const answer = await api.post('/v1/vsys').send(body).expect(202);
  const system = (answer.body as { operation: { vsysId: string } }).operation.vsysId;
  const made = await appliances(system);
  expect(made.length).toBe(2);
  const text = JSON.stringify(made);
  for (const { configDrive } of made) expect(isSealed(configDrive?.files['user-data'] ?? '')).toBe(true);
  expect(text).not.toContain('ovs_');

  const sealer = createTextSealer(world().secrets);
  for (const { id, configDrive } of made) {
    const opened = sealer.open(
      configDrive?.files['user-data'] as Parameters<typeof sealer.open>[0],
      id as never,
    );
    const token = /ovs_[\w-]+/.exec(opened)?.[0] ?? '';
    expect(opened).toContain(ACCESS.apiUrl);
    const { body: pulled } = await world().as(token).get('/agent/v1/document').expect(200);
    expect((pulled as { document: { interfaces: unknown[] } }).document.interfaces.length).toBeGreaterThan(0);
    const stored = await world().database.session(async (session) =>
      session.first<{ found: boolean }>('SELECT TRUE AS found FROM efm_agent WHERE token_hash = $1', [
        hashToken(token),
      ]),
    );
    expect(stored).toEqual({ found: true });
  }

  const etag = (await api.get(`/v1/vsys/${system}`).expect(200)).headers['etag'] as string;
  await api
    .patch(`/v1/vsys/${system}`)
    .set('If-Match', etag)
    .send({ parameters: { webCount: 3 } })
    .expect(202);
  const changed = await appliances(system);
  expect(changed.map(({ configDrive }) => configDrive)).toEqual(made.map(({ configDrive }) => configDrive));
  expect(world().log.join('\n')).not.toContain('ovs_');
});
