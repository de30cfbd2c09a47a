/** What a secret parameter flows into is nowhere in the database to be read, and still works for the next generation. */
import { describe, expect, it } from 'vitest';
import type { VsysSpec } from '@openvsys/vsys';
import { newName, useApi } from './api-fixture.js';

const world = useApi();
const SECRET = 'canary-of-the-database';

/** Every row of every table of the schema, as text. */
async function everythingStored(): Promise<string> {
  return world().database.session(async (session) => {
    const tables = await session.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      [],
    );
    const texts = [];
    for (const { name } of tables) {
      const [row] = await session.rows<{ text: string }>(
        `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM "${name}" t`,
        [],
      );
      texts.push(row?.text ?? '');
    }
    return texts.join('\n');
  });
}

async function specOf(vsysId: string): Promise<VsysSpec> {
  const rows = await world().database.session(async (session) =>
    session.rows<{ spec: VsysSpec }>(
      'SELECT spec FROM vsys_generation WHERE vsys_id = $1 ORDER BY generation DESC LIMIT 1',
      [vsysId],
    ),
  );
  return rows[0]!.spec;
}

const sealedIn = (spec: VsysSpec): Record<string, string[]> =>
  Object.fromEntries(
    spec.servers.map(({ id, guestData }) => [
      id,
      Object.values(guestData).filter((text) => text.startsWith('sealed:')),
    ]),
  );

describe('a secret parameter', () => {
  it('is stored sealed, stays for a change that does not name it, and can be changed', async () => {
    const api = world().as(world().demoToken);
    const name = newName('secret');
    const created = await api
      .post('/v1/vsys')
      .send({
        name,
        vdcId: world().demo.vdcId,
        descriptor: { name: '2-tier' },
        parameters: { dbPassword: SECRET },
      })
      .expect(202);
    const { vsysId } = created.body;
    const first = sealedIn(await specOf(vsysId));
    expect(Object.values(first).flat().length).toBeGreaterThan(0);
    expect(await everythingStored()).not.toContain(SECRET);

    const shown = await api.get(`/v1/vsys/${vsysId}`).expect(200);
    expect(shown.body.parameters.dbPassword).toBeNull();
    const patch = (parameters: object, etag: string) =>
      api.patch(`/v1/vsys/${vsysId}`).set('If-Match', etag).send({ parameters });
    await patch({ webCount: 2 }, '"1"').expect(202);
    expect(sealedIn(await specOf(vsysId))).toMatchObject(first);
    await patch({ dbPassword: `${SECRET}-2` }, '"2"').expect(202);
    expect(sealedIn(await specOf(vsysId))).not.toMatchObject(first);
    expect(await everythingStored()).not.toContain(SECRET);
    expect(world().log.join('\n')).not.toContain(SECRET);
  });
});
