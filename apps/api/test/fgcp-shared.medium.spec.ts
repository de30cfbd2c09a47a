/** What contracts give each other and have in common: images by key, public addresses of a data centre, the private address pool. */
import { settleImageOperation } from '@openvsys/persistence';
import type { OpenPoolOperation } from '@openvsys/vsys';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser } from './fgcp-fixture.js';

const world = useApi();
let client: FgcpClient;
let other: FgcpClient;
let vsysId: string;
const web = () => `${vsysId}-S-0002`;

beforeAll(async () => {
  client = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  other = new FgcpClient(world(), await newFgcpUser(world(), world().other.token));
  const names = { vsysDescriptorId: '1-tier Skeleton', vsysName: newName('shared') };
  vsysId = (await client.call('CreateVSYS', names)).text('vsysId');
  await client.call('CreateVServer', {
    vsysId,
    vserverName: 'Web',
    vserverType: 'standard.small',
    diskImageId: 'debian-13',
    networkId: `${vsysId}-N-DMZ`,
  });
});

/** What the owner of the pool does, as far as the database sees it. */
async function endCaptures(): Promise<void> {
  const at = new Date();
  await world().database.transaction(async (session) => {
    const open = await session.rows<OpenPoolOperation>(
      `UPDATE pool_operation SET state = 'succeeded', finished_at = now()
        WHERE finished_at IS NULL AND kind = 'image.capture' RETURNING id, pool_id AS "poolId", task`,
    );
    const result = { sizeGiB: 3, systemDiskGiB: 2, sha256: 'ab'.repeat(32) };
    for (const operation of open)
      await settleImageOperation(session, { ...operation, at, metered: at }, { state: 'succeeded', result });
  });
}

describe('an image', () => {
  const contracts = (...numbers: readonly string[]) => ({
    contractsXMLFilePath: `<Request><contracts>${numbers.map((number) => `<contract><number>${number}</number></contract>`).join('')}</contracts></Request>`,
  });

  it('is told while it is taken, and copied by contracts that its key is for', async () => {
    const rest = world().as(world().demoToken);
    // As if the pool had made it.
    await world().database.transaction(async (session) =>
      session.change(`UPDATE vserver SET state = 'stopped' WHERE id = $1`, [web()]),
    );
    const title = newName('Ours');
    const document = `<Request><vserverId>${web()}</vserverId><locales><locale><lcid>en</lcid><name>${title}</name></locale></locales></Request>`;
    await client.call('RegisterPrivateDiskImage', {}, { diskImageXMLFilePath: document });
    const status = async () =>
      (await client.call('GetVServerStatus', { vsysId, vserverId: web() })).text('vserverStatus');
    expect(await status()).toBe('REGISTERING');
    await endCaptures();
    expect(await status()).not.toBe('REGISTERING');
    const { items } = (await rest.get('/v1/images?limit=100').expect(200)).body;
    const diskImageId = (items as { name: string; title: string }[]).find(
      (image) => image.title === title,
    )!.name;

    expect((await client.send('GetDiskImageCopyKey', { diskImageId })).status).toBe('RESOURCE_NOT_FOUND');
    await client.call('SetDiskImageCopyKey', { diskImageId }, contracts('SOMEBODY'));
    const closed = (await client.call('GetDiskImageCopyKey', { diskImageId })).text('keyInfo', 'key');
    expect((await other.send('CopyDiskImage', { diskImageId, key: closed })).message).toBe(
      'A wrong value is set.:[key]',
    );
    await client.call('SetDiskImageCopyKey', { diskImageId }, contracts('OTHER001'));
    const shown = await client.call('GetDiskImageCopyKey', { diskImageId });
    expect(shown.texts('number')).toEqual(['OTHER001']);
    const key = shown.text('keyInfo', 'key');
    expect(key).not.toBe(closed);
    const copy = await other.call('CopyDiskImage', { diskImageId, key });
    expect((await other.call('ListDiskImage')).texts('diskimageId')).toContain(copy.text('diskimageId'));
    // The same key through REST.
    expect((await rest.get(`/v1/images/${diskImageId}/copy-key`).expect(200)).body).toEqual({
      key,
      contracts: ['OTHER001'],
    });
    await client.call('SetDiskImageCopyKey', { diskImageId }, contracts());
    await rest.get(`/v1/images/${diskImageId}/copy-key`).expect(404);
    await other.call('UnregisterDiskImage', { diskImageId: copy.text('diskimageId') });
  });
});

describe('a public address of the data centre', () => {
  it('is listed without a system, attached to one, and freed', async () => {
    const rest = world().as(world().demoToken);
    const allocated = await rest
      .post(`/v1/vdcs/${world().demo.vdcId}/public-addresses`)
      .send({ name: newName('kept') })
      .expect(201);
    const { address: publicIp } = allocated.body as { address: string };
    expect((await client.call('ListPublicIP')).texts('address')).toContain(publicIp);
    expect((await client.call('ListPublicIP', { vsysId })).texts('address')).not.toContain(publicIp);
    expect((await client.call('GetPublicIPStatus', { publicIp })).text('publicipStatus')).toBe('DETACHED');
    expect((await other.send('GetPublicIPStatus', { publicIp })).status).toBe('VALIDATION_ERROR');
    expect((await client.send('DetachPublicIP', { vsysId, publicIp })).status).toBe('VALIDATION_ERROR');
    await client.call('AttachPublicIP', { vsysId, publicIp });
    expect((await client.call('ListPublicIP', { vsysId })).texts('address')).toContain(publicIp);
    expect((await client.send('AttachPublicIP', { vsysId, publicIp })).status).toBe('ALREADY_ATTACHED');
    expect((await client.send('FreePublicIP', { vsysId, publicIp })).status).toBe('ILLEGAL_CONDITION');
    await client.call('DetachPublicIP', { vsysId, publicIp });
    await client.call('FreePublicIP', { vsysId, publicIp });
  });
});

describe('the private address pool', () => {
  const ranges = async () => {
    const answer = await client.call('GetAddressRange');
    return answer.texts('from').map((from, index) => `${from}-${answer.texts('to')[index]}`);
  };

  it('is that of the data centre', async () => {
    expect(await ranges()).toEqual(['10.0.0.0-10.255.255.255']);
    await client.call('CreateAddressPool', { pipFrom: '192.168.0.0', pipTo: '192.168.2.255' });
    await client.call('AddAddressRange', { pipFrom: '192.168.3.0', pipTo: '192.168.3.255' });
    await client.call('AddAddressRange', { pipFrom: '172.16.0.0', pipTo: '172.16.255.255' });
    expect(await ranges()).toEqual(['172.16.0.0-172.16.255.255', '192.168.0.0-192.168.3.255']);
    await client.call('DeleteAddressRange', { pipFrom: '192.168.1.0', pipTo: '192.168.1.255' });
    expect(await ranges()).toEqual([
      '172.16.0.0-172.16.255.255',
      '192.168.0.0-192.168.0.255',
      '192.168.2.0-192.168.3.255',
    ]);
    const settings = await world()
      .as(world().demoToken)
      .get(`/v1/vdcs/${world().demo.vdcId}/network-settings`);
    expect(settings.body.addressSpace).toEqual(['172.16.0.0/16', '192.168.0.0/24', '192.168.2.0/23']);
    for (const [pipFrom, pipTo] of [
      ['8.8.8.0', '8.8.8.255'],
      ['192.168.0.9', '192.168.0.1'],
      ['x', 'y'],
    ] as const)
      expect((await client.send('AddAddressRange', { pipFrom, pipTo })).message).toBe(
        'A wrong value is set.:[pipFrom, pipTo]',
      );
    await client.call('CreateAddressPool');
    expect(await ranges()).toEqual(['10.0.0.0-10.255.255.255']);
  });
});

describe('screens of a segment', () => {
  it('are opened from a page, each with a ticket of its own', async () => {
    const networkId = `${vsysId}-N-DMZ`;
    expect((await client.send('StandByConsole', { vsysId, networkId })).status).toBe('ILLEGAL_STATE');
    await world().database.transaction(async (session) =>
      session.change(`UPDATE vserver SET state = 'running' WHERE id = $1`, [web()]),
    );
    const url = (await client.call('StandByConsole', { vsysId, networkId })).text('url');
    const [, path = '', ticket = ''] = /(\/ovissapi\/console\?web=(ovc_[\w-]+))$/.exec(url) ?? [];
    const page = await world().http().get(path).expect(200);
    expect(page.text).toContain(`/v1/console/${ticket}`);
    const forged = await world().http().get('/ovissapi/console?a=%3Cscript%3E&%3Cb%3E=ovc_x').expect(200);
    expect(forged.text).toContain('There is no screen');
    const wrong = await client.send('StandByConsole', { vsysId, networkId: `${vsysId}-N-SECURE1` });
    expect(wrong.message).toBe('A wrong value is set.:[networkId]');
  });
});
