/** One system through every protocol: made by Fujitsu's, changed by CIMI, read and deleted by REST, with the same ids everywhere. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';
import { cimiClient, expectStatus } from './cimi/cimi-fixture.js';
import { FgcpClient, newFgcpUser } from './fgcp-fixture.js';

const world = useApi();

interface Named {
  readonly id: string;
  readonly name: string;
}
const idOf = (uri: string): string => uri.split('/').at(-1) ?? '';
const ids = (items: readonly { readonly id: string }[]): string[] =>
  items.map(({ id }) => idOf(id)).toSorted();

describe('a three-tier system', () => {
  it('is the same one through every protocol', async () => {
    const token = world().demoToken;
    const fgcp = new FgcpClient(world(), await newFgcpUser(world(), token));
    const cimi = cimiClient(world(), token);
    const rest = world().as(token);

    const name = newName('shop');
    const made = await fgcp.call('CreateVSYS', { vsysDescriptorId: '3-tier Skeleton', vsysName: name });
    const vsysId = made.text('vsysId');
    const database = await fgcp.call('CreateVServer', {
      vsysId,
      vserverName: 'Data Base',
      vserverType: 'standard.small',
      diskImageId: 'debian-13',
      networkId: `${vsysId}-N-SECURE2`,
    });
    const databaseId = database.text('vserverId');

    const system = await cimi.get(`systems/${vsysId}`);
    expect(system.body).toMatchObject({ name, state: 'CREATING' });
    const machine = await cimi.get(`machines/${databaseId}`);
    expect(machine.body.name).toBe('Data Base');
    const web = await cimi.post(`systems/${vsysId}/machines`, {
      name: 'Web Server',
      machineTemplate: {
        initialState: 'STARTED',
        machineConfig: { cpu: 1, memory: 1_048_576 },
        machineImage: { href: 'machine_images/debian-13' },
        networkInterfaces: [{ network: { href: `networks/${vsysId}-N-SECURE1` } }],
      },
    });
    expectStatus(web, 202);
    const volume = await cimi.post(`systems/${vsysId}/volumes`, {
      name: 'Tables',
      volumeTemplate: { volumeConfig: { capacity: 10_000_000 } },
    });
    expectStatus(volume, 202);
    expectStatus(await cimi.post(machine.body.volumes.href, { volume: { href: volume.body.id } }), 202);
    expectStatus(await cimi.put(`machines/${databaseId}?$select=name`, { name: 'Main Data Base' }), 200);

    const servers = await rest.get(`/v1/vservers?vsys=${vsysId}`);
    const own = servers.body.items.filter(({ kind }: { kind: string }) => kind === 'server');
    expect(ids(own)).toEqual([databaseId, idOf(web.body.id)].toSorted());
    const disks = await rest.get(`/v1/vdisks?vsys=${vsysId}`);
    expect(disks.body.items).toMatchObject([
      { id: idOf(volume.body.id), vserverId: databaseId, sizeGiB: 10 },
    ]);
    const seen = await fgcp.call('ListVServer', { vsysId });
    expect(seen.texts('vserverId').toSorted()).toEqual(ids(own));
    expect(seen.texts('vserverName').toSorted()).toEqual(['Main Data Base', 'Web Server']);
    const nets = await cimi.get(`systems/${vsysId}/networks?$expand=network`);
    const fgcpNets = (await fgcp.call('GetVSYSConfiguration', { vsysId })).texts('networkId');
    const shown = nets.body.systemNetworks.map(({ network }: { network: Named }) => idOf(network.id));
    expect(new Set(fgcpNets.filter((id) => id.startsWith(vsysId)))).toEqual(new Set(shown));

    const { headers } = await rest.get(`/v1/vsys/${vsysId}`);
    const gone = await rest.delete(`/v1/vsys/${vsysId}?purge=true`).set('If-Match', headers['etag'] ?? '*');
    expectStatus(gone, 202);
    expect((await cimi.get(`systems/${vsysId}`)).body.state).toBe('DELETING');
    const status = await fgcp.send('GetVSYSStatus', { vsysId });
    expect(status.xml).not.toContain('NORMAL');
    const job = await cimi.get(`jobs/${gone.body.operation.id}`);
    expect(job.body.targetResource.href).toBe(system.body.id);
  });
});
