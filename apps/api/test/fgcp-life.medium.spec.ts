import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser } from './fgcp-fixture.js';

const world = useApi();
let client: FgcpClient;
let vsysId: string;
beforeAll(async () => {
  client = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  const name = newName('fgcp system');
  vsysId = (await client.call('CreateVSYS', { vsysDescriptorId: '2-tier Skeleton', vsysName: name })).text(
    'vsysId',
  );
});

describe('a system', () => {
  it('is visible at once: the firewall first, deploying, with its segments', async () => {
    expect((await client.call('GetVSYSStatus', { vsysId })).text('vsysStatus')).toBe('DEPLOYING');
    const shown = await client.call('GetVSYSConfiguration', { vsysId });
    expect(shown.texts('networkId').slice(0, 2)).toEqual([`${vsysId}-N-DMZ`, `${vsysId}-N-SECURE1`]);
    expect(shown.texts('vserverType')).toEqual(['firewall']);
    expect(shown.texts('vserverId')).toEqual([`${vsysId}-S-0001`]);
    expect(shown.texts('nicNo')).toEqual(['4', '5']);
    expect(shown.text('vsys', 'baseDescriptor')).toBe('2-tier Skeleton');
    expect(shown.root.children.find(({ name }) => name === 'vsys')?.children.map(({ name }) => name)).toEqual(
      [
        'baseDescriptor',
        'cloudCategory',
        'creator',
        'description',
        'vnets',
        'vservers',
        'vsysId',
        'vsysName',
      ],
    );
    expect((await client.call('ListVServer', { vsysId })).text('vservers')).toBe('');
    expect((await client.call('ListEFM', { vsysId, efmType: 'FW' })).texts('efmId')).toEqual([
      `${vsysId}-S-0001`,
    ]);
    expect((await client.call('GetEFMStatus', { vsysId, efmId: `${vsysId}-S-0001` })).text('efmStatus')).toBe(
      'DEPLOYING',
    );
  });

  it('has a name of its own', async () => {
    const name = (await client.call('GetVSYSAttributes', { vsysId })).text('vsys', 'vsysName');
    const again = await client.send('CreateVSYS', { vsysDescriptorId: '2-tier Skeleton', vsysName: name });
    expect(again).toMatchObject({ action: 'CreateVSYS', status: 'SYSTEM_NAME_ALREADY_EXISTS' });
    const renamed = newName('renamed');
    await client.call('UpdateVSYSAttribute', { vsysId, attributeName: 'vsysName', attributeValue: renamed });
    expect((await client.call('ListVSYS')).texts('vsysName')).toContain(renamed);
  });

  it('is not made of what there is not', async () => {
    const wrong = await client.send('CreateVSYS', { vsysDescriptorId: 'nothing', vsysName: newName('x') });
    expect(wrong.message).toContain('Template does not exist');
    expect((await client.send('CreateVSYS', { vsysName: 'x' })).message).toBe(
      'A wrong value is set.:[vsysDescriptorId]',
    );
  });
});

describe('servers', () => {
  const server = (name: string) => ({
    vsysId,
    vserverName: name,
    vserverType: 'standard.small',
    diskImageId: 'debian-13',
    networkId: `${vsysId}-N-DMZ`,
  });

  it('come with any name, one by one or many at once, and are stopped', async () => {
    const one = (await client.call('CreateVServer', server('Web Server 1'))).text('vserverId');
    expect(one).toBe(`${vsysId}-S-0002`);
    const xml = ['App "A"', 'App "B"']
      .map(
        (name) =>
          `<vserver><vserverName>${name}</vserverName><vserverType>standard.tiny</vserverType><diskImageId>debian-13</diskImageId><networkId>${vsysId}-N-SECURE1</networkId></vserver>`,
      )
      .join('');
    const many = await client.call(
      'CreateMultipleVServer',
      { vsysId },
      { vserversXMLFilePath: `<Request><vservers>${xml}</vservers></Request>` },
    );
    expect(many.texts('vserverId')).toEqual([`${vsysId}-S-0003`, `${vsysId}-S-0004`]);
    const listed = await client.call('ListVServer', { vsysId });
    expect(listed.texts('vserverName')).toEqual(['Web Server 1', 'App "A"', 'App "B"']);
    const rest = await world().as(world().demoToken).get(`/v1/vservers?vsys=${vsysId}`);
    const { items } = rest.body as { items: { id: string; name: string; power: string }[] };
    expect(items.map(({ id, name, power }) => [id.slice(-4), name, power])).toEqual([
      ['0001', 'firewall', 'stopped'],
      ['0002', 'web-server-1', 'stopped'],
      ['0003', 'app-a', 'stopped'],
      ['0004', 'app-b', 'stopped'],
    ]);
    expect((await client.call('GetVServerStatus', { vsysId, vserverId: one })).text('vserverStatus')).toBe(
      'DEPLOYING',
    );
    const shown = await client.call('GetVServerConfiguration', { vsysId, vserverId: one });
    expect(shown.text('vserver', 'image', 'id')).toBe('debian-13');
    expect(shown.texts('nicNo')).toEqual(['0']);
    expect(shown.texts('privateIp')[0]).toMatch(/^192\.168\.0\./);
  });

  it('are refused with the words that clients know', async () => {
    const refused = async (action: string, parameters: Record<string, string>) => {
      const { status, message } = await client.send(action, parameters);
      return `${status} ${message}`;
    };
    expect(await refused('CreateVServer', server('Web Server 1'))).toMatch(/^SERVER_NAME_ALREADY_EXISTS /);
    expect(await refused('CreateVServer', { ...server('x'), networkId: `${vsysId}-N-NONE` })).toBe(
      'VALIDATION_ERROR A wrong value is set.:[networkId]',
    );
    expect(await refused('CreateVServer', { ...server('x'), vserverType: 'nothing' })).toMatch(
      /^VALIDATION_ERROR /,
    );
    expect(await refused('StartVServer', { vsysId, vserverId: `${vsysId}-S-0001` })).toBe(
      'VALIDATION_ERROR A wrong value is set.:[vserverId]',
    );
    expect(await refused('StartVServer', { vsysId, vserverId: `${vsysId}-S-0077` })).toBe(
      `RESOURCE_NOT_FOUND Resource[SERVER-ID:${vsysId}-S-0077] doesnt exist.`,
    );
    expect(await refused('GetEFMStatus', { vsysId, efmId: `${vsysId}-S-0002` })).toBe(
      'VALIDATION_ERROR A wrong value is set.:[efmId]',
    );
    expect(await refused('GetVDiskStatus', { vsysId, vdiskId: `${vsysId}-D-0077` })).toBe(
      'VALIDATION_ERROR A wrong value is set.:[vdiskId]',
    );
    expect(await refused('StopVServer', { vsysId, vserverId: `${vsysId}-S-0002` })).toMatch(
      /^ILLEGAL_STATE .*DEPLOYING/,
    );
  });

  it('are renamed at once', async () => {
    const id = `${vsysId}-S-0002`;
    await client.call('UpdateVServerAttribute', {
      vsysId,
      vserverId: id,
      attributeName: 'vserverName',
      attributeValue: 'WEB',
    });
    const shown = await client.call('GetVServerAttributes', { vsysId, vserverId: id });
    expect(shown.text('vserver', 'vserverName')).toBe('WEB');
  });
});

describe('disks', () => {
  it('come and go', async () => {
    const made = await client.call('CreateVDisk', { vsysId, vdiskName: 'Data Disk', size: '10.0' });
    const vdiskId = made.text('vdiskId');
    expect(vdiskId).toBe(`${vsysId}-D-0001`);
    expect((await client.call('GetVDiskStatus', { vsysId, vdiskId })).text('vdiskStatus')).toBe('DEPLOYING');
    const listed = await client.call('ListVDisk', { vsysId });
    expect(listed.texts('vdiskId')).toEqual([
      vdiskId,
      `${vsysId}-S-0002`,
      `${vsysId}-S-0003`,
      `${vsysId}-S-0004`,
    ]);
    expect(listed.texts('vdiskName')[0]).toBe('Data Disk');
    expect(listed.texts('size')[0]).toBe('10.0');
    const { status } = await client.send('CreateVDisk', { vsysId, vdiskName: 'Data Disk', size: '10' });
    expect(status).toBe('DISK_NAME_ALREADY_EXISTS');
    expect((await client.send('CreateVDisk', { vsysId, vdiskName: 'x', size: 'big' })).message).toBe(
      'A wrong value is set.:[size]',
    );
    await client.call('DestroyVDisk', { vsysId, vdiskId });
    expect((await client.call('ListVDisk', { vsysId })).texts('vdiskId')).not.toContain(vdiskId);
  });
});

describe('addresses', () => {
  it('are allocated, attached, detached and freed', async () => {
    await client.call('AllocatePublicIP', { vsysId });
    const [publicIp = ''] = (await client.call('ListPublicIP', { vsysId })).texts('address');
    expect(publicIp).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const steps: readonly (readonly [string, string])[] = [
      ['DetachPublicIP', 'ALREADY_DETACHED'],
      ['AttachPublicIP', 'SUCCESS'],
      ['AttachPublicIP', 'ALREADY_ATTACHED'],
      ['FreePublicIP', 'ILLEGAL_CONDITION'],
      ['DetachPublicIP', 'SUCCESS'],
      ['FreePublicIP', 'SUCCESS'],
    ];
    for (const [action, status] of steps)
      expect([action, (await client.send(action, { vsysId, publicIp })).status]).toEqual([action, status]);
    expect((await client.call('ListPublicIP', { vsysId })).text('publicips')).toBe('');
  });
});

describe('load balancers', () => {
  it('come with an address and a name', async () => {
    const made = await client.call('CreateEFM', {
      vsysId,
      efmType: 'SLB',
      efmName: 'SLB 1',
      networkId: `${vsysId}-N-DMZ`,
    });
    const efmId = made.text('efmId');
    const shown = await client.call('GetEFMAttributes', { vsysId, efmId });
    expect([shown.text('efm', 'efmName'), shown.text('efm', 'efmType')]).toEqual(['SLB 1', 'SLB']);
    expect(shown.text('efm', 'slbVip')).toMatch(/^192\.168\.0\./);
    const configuration = await client.call('GetVSYSConfiguration', { vsysId });
    expect(configuration.texts('vserverType')).toContain('slb');
    expect(configuration.texts('nicNo')).toContain('2');
    expect((await client.send('DestroyEFM', { vsysId, efmId: `${vsysId}-S-0001` })).status).toBe(
      'VALIDATION_ERROR',
    );
  });
});
