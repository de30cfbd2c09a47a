/** Tenants never see each other through CIMI: ids of others answer as ids that never were, whatever is done with them. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, threeTier } from './cimi-fixture.js';

const world = useApi();
const client = () => cimiClient(world(), world().demoToken);
const stranger = () => cimiClient(world(), world().other.token);

interface Linked {
  readonly id: string;
  readonly operations?: readonly { readonly rel: string; readonly href: string }[];
}

/** Everything that the owner can reach from a system, by following references; collections of single things too. */
async function reachable(start: string, limit = 60): Promise<readonly Linked[]> {
  const seen = new Map<string, Linked>();
  const waiting = [start];
  for (let href = waiting.shift(); href !== undefined && seen.size < limit; href = waiting.shift()) {
    if (seen.has(href)) continue;
    const answer = await client().get(href);
    if (answer.status !== 200) continue;
    seen.set(href, answer.body);
    const found = answer.text.matchAll(/"(?:href|id)":"(http[^"]+)"/g);
    for (const [, next] of found) if (next !== undefined && /DEMO0001-|jobs\//.test(next)) waiting.push(next);
  }
  return [...seen.values()];
}

describe('what belongs to somebody else', () => {
  it('is not there, for every verb and every operation', { timeout: 60_000 }, async () => {
    const id = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('mine'));
    const things = [...(await reachable(`systems/${id}`)), ...(await reachable(`2/systems/${id}`))];
    expect(things.length).toBeGreaterThan(100);
    const methods = ['get', 'delete'] as const;
    for (const thing of things) {
      for (const method of methods) {
        const { status } = await stranger()[method](thing.id);
        expect(method === 'get' ? [404] : [404, 405]).toContain(status);
      }
      expect([404, 405]).toContain((await stranger().put(thing.id, { name: 'stolen' })).status);
      for (const { href, rel } of thing.operations ?? []) {
        if (rel === 'edit' || rel === 'delete') continue;
        const { status } = await stranger().post(href, {});
        expect([400, 404]).toContain(status);
      }
    }
    expectStatus(await client().get(`systems/${id}`), 200);
    const mine = await world().as(world().demoToken).get(`/v1/vsys/${id}`);
    expect(mine.body).toMatchObject({ generation: 1 });
  });

  it('cannot be drawn into one’s own systems', async () => {
    const id = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('mine'));
    const template = {
      machineConfig: { href: 'machine_configurations/standard.small' },
      machineImage: { href: 'machine_images/debian-13' },
    };
    const make = async (more: object) =>
      (await stranger().post('machines', { machineTemplate: { ...template, ...more } })).status;
    expect(await make({ networkInterfaces: [{ network: { href: `networks/${id}-N-APP` } }] })).toBe(404);
    expect(await make({ volumes: [{ href: `volumes/${id}-D-0001` }] })).toBe(404);
    expect(await make({ realm: id })).toBe(404);
    const stored = await client().post('machine_templates', { name: 'mine', ...template });
    const { status } = await stranger().post('machines', { machineTemplate: { href: stored.body.id } });
    expect(status).toBe(404);
    expectStatus(await stranger().post('system_templates/import', { source: `systems/${id}/package` }), 404);
    expectStatus(await stranger().post('volume_images', { imageLocation: `volumes/${id}-D-0001` }), 404);
    expectStatus(await stranger().post('machine_images', { imageLocation: `machines/${id}-S-0003` }), 404);
  });
});
