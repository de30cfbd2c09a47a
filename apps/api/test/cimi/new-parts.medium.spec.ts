/** Appliances, groups of networks, addresses of data centres, machines of snapshots, systems out of OVF: made through CIMI. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, hrefOf, NS, threeTier } from './cimi-fixture.js';

const NS2 = 'http://schemas.dmtf.org/cimi/2';
const world = useApi();
const client = () => cimiClient(world(), world().demoToken);
const other = () => cimiClient(world(), world().other.token);
const rest = () => world().as(world().demoToken);

/** A system with two networks and no appliance. */
async function twoNetworks(): Promise<{ id: string; networks: string[] }> {
  const made = await client().post('systems', {
    name: newName('pair'),
    systemTemplate: {
      componentDescriptors: ['front', 'back'].map((name) => ({
        name,
        type: `${NS}/Network`,
        networkTemplate: { networkConfig: { networkType: 'PRIVATE' } },
      })),
    },
  });
  expectStatus(made, 202);
  const id = made.body.id.split('/').at(-1);
  const { body } = await client().get(`systems/${id}/networks?$expand=network`);
  const networks = body.systemNetworks.map((each: { network: { href: string } }) => each.network.href);
  expect(networks).toHaveLength(2);
  return { id, networks };
}

const rulesOf = async (efm: string): Promise<{ from: string; to: string }[]> =>
  (await rest().get(`/v1/efms/${efm}/configuration`).expect(200)).body.config.rules;

describe('appliances', () => {
  it('are made and removed: efms of a system in version 1', async () => {
    const { id, networks } = await twoNetworks();
    const efmTemplate = { type: 'Firewall', networks: networks.map((href) => ({ href })) };
    const made = await client().post(`systems/${id}/efms`, { name: 'The Wall', efmTemplate });
    expectStatus(made, 202);
    expect(made.body).toMatchObject({ name: 'The Wall', type: 'Firewall', state: 'CREATING' });
    const efm = made.body.id.split('/').at(-1);
    const shown = await rest().get(`/v1/vservers/${efm}`).expect(200);
    expect(shown.body).toMatchObject({ kind: 'firewall', power: 'stopped' });
    const body = { efmTemplate: { ...efmTemplate, type: 'DHCP' } };
    expect((await client().post(`systems/${id}/efms`, body)).status).toBe(501);
    expect((await client().post(`systems/${id}/efms`, { efmTemplate: { type: 'Firewall' } })).status).toBe(
      400,
    );
    expectStatus(await other().post(`systems/${id}/efms`, { efmTemplate }), 404);
    expectStatus(await other().delete(made.body.id), 404);
    expectStatus(await client().delete(hrefOf(made.body, 'delete')!), 202);
  });

  it('are NetworkServices in version 2, by networks or their segments, with their configuration', async () => {
    const { networks } = await twoNetworks();
    const segments = networks.map((href) => ({
      href: `${href.replace('/cimi/networks/', '/cimi/2/segments/')}.ipv4`,
    }));
    const made = await client().post('2/network_services', {
      resourceURI: `${NS2}/NetworkServiceCreate`,
      name: 'balancer',
      networkServiceTemplate: {
        type: 'Load Balancer',
        initialState: 'STARTED',
        segments: segments.slice(0, 1),
        policies: { configuration: '{"listeners":[]}' },
      },
    });
    expectStatus(made, 202);
    expect(made.body).toMatchObject({ name: 'balancer', type: 'Load Balancer' });
    const id = made.body.id.split('/').at(-1);
    expect((await rest().get(`/v1/vservers/${id}`)).body).toMatchObject({ power: 'running' });
    const routing = await client().post('2/network_services', {
      networkServiceTemplate: { type: 'IP Routing', segments },
    });
    expectStatus(routing, 202);
    const rules = await rulesOf(routing.body.id.split('/').at(-1));
    expect(rules.map(({ from, to }) => `${from}-${to}`).toSorted()).toEqual(['back-front', 'front-back']);
  });
});

describe('a forwarding group', () => {
  it('lets its networks reach each other, by a firewall that is there or not', async () => {
    const { id, networks } = await twoNetworks();
    const forwardingGroupTemplate = { networks: networks.map((href) => ({ href })) };
    const first = await client().post('forwarding_groups', { forwardingGroupTemplate });
    expectStatus(first, 202);
    expect(first.body).toMatchObject({ resourceURI: `${NS}/ForwardingGroup` });
    const efms = await client().get(`systems/${id}/efms`);
    const efm = efms.body.efms[0].id.split('/').at(-1);
    expect(await rulesOf(efm)).toHaveLength(2);
    const again = await client().post(`systems/${id}/forwarding_groups`, { forwardingGroupTemplate });
    expectStatus(again, 202);
    expect((await client().get(`systems/${id}/efms`)).body.count).toBe(1);
    expectStatus(await other().post('forwarding_groups', { forwardingGroupTemplate }), 404);
    const one = { networks: forwardingGroupTemplate.networks.slice(1) };
    expectStatus(await client().post('forwarding_groups', { forwardingGroupTemplate: one }), 400);
  });
});

describe('an address of a data centre', () => {
  it('is an Address without a resource, and is freed', async () => {
    const { body: allocated } = await rest()
      .post(`/v1/vdcs/${world().demo.vdcId}/public-addresses`)
      .send({ name: newName('kept') })
      .expect(201);
    const shown = await client().get(`addresses/${allocated.id}`);
    expectStatus(shown, 200);
    expect(shown.body).toMatchObject({ ip: allocated.address, allocation: 'fixed', name: allocated.name });
    const filter = encodeURIComponent(`ip="${allocated.address}"`);
    expect((await client().get(`addresses?$filter=${filter}`)).body.count).toBe(1);
    expectStatus(await other().get(`addresses/${allocated.id}`), 404);
    expectStatus(await other().delete(`addresses/${allocated.id}`), 404);
    expectStatus(await client().delete(hrefOf(shown.body, 'delete')!), 200);
    expectStatus(await client().get(`addresses/${allocated.id}`), 404);
  });
});

describe('a machine of a snapshot', () => {
  it('is in its system, of the same image, with the contents of the snapshot', async () => {
    const system = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('snapped'));
    const { body } = await client().get(`systems/${system}/machines?$expand=machine`);
    const machine = body.systemMachines[0].machine;
    // As if the pool had made it.
    await world().database.transaction(async (session) =>
      session.change(`UPDATE vserver SET state = 'running' WHERE id = $1`, [machine.id.split('/').at(-1)]),
    );
    const snapshot = await client().post('machine_images', { type: 'SNAPSHOT', imageLocation: machine.id });
    expectStatus(snapshot, 202);
    const machineTemplate = {
      machineConfig: { href: 'machine_configurations/standard.small' },
      machineImage: { href: snapshot.body.id },
    };
    const made = await client().post('machines', { name: 'twin', machineTemplate });
    expectStatus(made, 202);
    const id: string = made.body.id.split('/').at(-1);
    expect(id.startsWith(`${system}-S-`)).toBe(true);
    const spec = await world().database.session(async (session) =>
      session.first<{ origin: unknown }>(
        `SELECT server->'systemOrigin'->'from' AS origin FROM vsys_generation,
          jsonb_array_elements(spec->'servers') AS server WHERE vsys_id = $1 AND server->>'id' = $2`,
        [system, id],
      ),
    );
    expect(spec?.origin).toEqual({
      snapshot: snapshot.body.id.split('/').at(-1),
      disk: machine.id.split('/').at(-1),
    });
    expectStatus(await other().post('machines', { machineTemplate }), 404);
  });
});

describe('an OVF envelope', () => {
  it('is made of a system, and makes one like it', async () => {
    const system = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('packed'));
    const { body } = await client().get(`systems/${system}`);
    const exported = await client().post(hrefOf(body, 'export')!, { format: 'application/ovf+xml' });
    expectStatus(exported, 200);
    const envelope = await client().get(exported.headers['location']!).buffer(true);
    expect(envelope.headers['content-type']).toContain('application/ovf+xml');
    const text = envelope.text ?? String(envelope.body);
    expect(text).toContain('<VirtualSystem ovf:id="web-1">');
    const systems = await client().get('systems');
    const source = `data:application/ovf+xml;base64,${Buffer.from(text).toString('base64')}`;
    const name = newName('unpacked');
    const made = await client().post(hrefOf(systems.body, 'import')!, {
      source,
      properties: { name, image: 'debian-13' },
    });
    expectStatus(made, 202);
    expect(made.body.name).toBe(name);
    const shapeOf = async (id: string) => {
      const { vservers, vnets, vdisks } = (await rest().get(`/v1/vsys/${id}`)).body as Record<
        string,
        { name: string; kind?: string; type?: string; sizeGiB?: number }[]
      >;
      return {
        servers: vservers!.filter(({ kind }) => kind === 'server').map((each) => [each.name, each.type]),
        nets: vnets!.map((net) => net.name).toSorted(),
        disks: vdisks!.map(({ sizeGiB }) => sizeGiB),
      };
    };
    expect(await shapeOf(made.body.id.split('/').at(-1))).toEqual(await shapeOf(system));
    expectStatus(await other().get(exported.headers['location']!), 404);
    expectStatus(await client().post(hrefOf(body, 'export')!, { format: 'application/zip' }), 501);
    expectStatus(await client().post('systems/import', { source: 'data:,<nonsense/>' }), 400);
  });
});
