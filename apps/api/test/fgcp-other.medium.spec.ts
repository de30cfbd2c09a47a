import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser } from './fgcp-fixture.js';

const world = useApi();
let client: FgcpClient;
let vsysId: string;
const web = () => `${vsysId}-S-0002`;

beforeAll(async () => {
  client = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  const created = await client.call('CreateVSYS', {
    vsysDescriptorId: '1-tier Skeleton',
    vsysName: newName('other'),
  });
  vsysId = created.text('vsysId');
  await client.call('CreateVServer', {
    vsysId,
    vserverName: 'Web',
    vserverType: 'standard.small',
    diskImageId: 'debian-13',
    networkId: `${vsysId}-N-DMZ`,
  });
});

describe('what systems are made from', () => {
  it('is listed and shown, skeletons among it', async () => {
    const listed = await client.call('ListVSYSDescriptor');
    expect(listed.texts('vsysdescriptorId')).toEqual(
      expect.arrayContaining(['1-tier Skeleton', '2-tier Skeleton', '3-tier Skeleton', 'three-tier']),
    );
    const some = await client.call('ListVSYSDescriptor', { keyword: '3-tier skel' });
    expect(some.texts('vsysdescriptorName')).toEqual(['3-tier Skeleton']);
    const dear = await client.call('ListVSYSDescriptor', { estimateFrom: '0.05', estimateTo: '100' });
    expect(dear.texts('vsysdescriptorId')).toContain('three-tier');
    expect(dear.texts('vsysdescriptorId')).not.toContain('1-tier Skeleton');
    expect((await client.send('ListVSYSDescriptor', { estimateFrom: 'much' })).message).toBe(
      'A wrong value is set.:[estimateFrom]',
    );
    const shown = await client.call('GetVSYSDescriptorConfiguration', { vsysDescriptorId: 'three-tier' });
    expect(shown.texts('vserverType')[0]).toBe('firewall');
    expect(shown.texts('vserverName')[0]).toBe('fw');
    expect(shown.texts('vserverName').toSorted()).toEqual(['db', 'fw', 'web-1', 'web-2']);
    expect(shown.texts('size')).toEqual(['20.0']);
    const skeleton = await client.call('GetVSYSDescriptorConfiguration', {
      vsysDescriptorId: '1-tier Skeleton',
    });
    expect([skeleton.texts('vserverType'), skeleton.texts('vdisks')]).toEqual([['firewall'], []]);
  });

  it('has images and types', async () => {
    expect((await client.call('ListDiskImage')).texts('diskimageId')).toContain('debian-13');
    const image = await client.call('GetDiskImageAttributes', { diskImageId: 'debian-13' });
    expect(image.text('diskimage', 'osName')).toContain('64bit');
    const types = await client.call('ListServerType', { diskImageId: 'dummy' });
    expect(types.texts('name')).toContain('standard.small');
    expect(types.texts('price').every((price) => /^[\d.]*$/.test(price))).toBe(true);
  });

  it('can be a system', async () => {
    const document = `<Request><vsysId>${vsysId}</vsysId><locales><locale><lcid>en</lcid><name>Mine</name><description>My own</description></locale></locales></Request>`;
    await client.call('RegisterPrivateVSYSDescriptor', {}, { vsysDescriptorXMLFilePath: document });
    const shown = await client.call('GetVSYSDescriptorConfiguration', { vsysDescriptorId: 'Mine' });
    expect([shown.texts('vserverName'), shown.text('vsysdescriptor', 'description')]).toEqual([
      ['firewall', 'web'],
      'My own',
    ]);
    expect(shown.text('vsysdescriptor', 'registrant')).toBe('DEMO0001');
    await client.call('UpdateVSYSDescriptorAttribute', {
      vsysDescriptorId: 'Mine',
      updateLcId: 'en',
      attributeName: 'updateDescription',
      attributeValue: 'Better',
    });
    const after = await client.call('GetVSYSDescriptorAttributes', { vsysDescriptorId: 'Mine' });
    expect(after.text('vsysdescriptor', 'description')).toBe('Better');
    await client.call('CreateVSYS', { vsysDescriptorId: 'Mine', vsysName: newName('copy') });
    const wrong = {
      vsysDescriptorId: 'three-tier',
      updateLcId: 'en',
      attributeName: 'updateName',
      attributeValue: 'x',
    };
    expect((await client.send('UpdateVSYSDescriptorAttribute', wrong)).status).toBe('ACCESS_NOT_PERMIT');
  });
});

describe('first passwords', () => {
  it('can be read again and again, and each look is in the audit', async () => {
    const read = async () =>
      (await client.call('GetVServerInitialPassword', { vsysId, vserverId: web() })).text('initialPassword');
    expect(await read()).toMatch(/^.{16}$/);
    expect(await read()).toBe(await read());
    const audit = await world().as(world().demoToken).get('/v1/audit?limit=50');
    expect(JSON.stringify(audit.body)).toContain('vserver.show-login');
    expect(world().log.join('\n')).not.toContain(await read());
    const monitor = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken, ['monitor']));
    const refused = await monitor.send('GetVServerInitialPassword', { vsysId, vserverId: web() });
    expect(refused.status).toBe('ACCESS_NOT_PERMIT');
  });
});

describe('what happened and what it cost', () => {
  it('is told, empty or not', async () => {
    expect((await client.call('GetInformation')).text('informations')).toBe('');
    const log = await client.call('GetEventLog', { all: 'true', timeZone: 'Europe/Berlin' });
    expect(log.texts('title').length).toBeGreaterThan(0);
    expect((await client.send('GetEventLog', { timeZone: 'Nowhere' })).message).toBe(
      'A wrong value is set.:[timeZone]',
    );
    const figures = await client.call('GetPerformanceInformation', {
      vsysId,
      serverId: web(),
      interval: 'hour',
    });
    expect([
      figures.text('serverName'),
      figures.text('serverType'),
      figures.text('performanceinfos'),
    ]).toEqual(['Web', 'GENERAL', '']);
  });

  it('is added up by month', async () => {
    const usage = await client.call('GetSystemUsage', { vsysIds: vsysId });
    expect(usage.text('date')).toMatch(/^\d{4}\/\d\d\/\d\dT\d\d:\d\d:\d\d\+0000$/);
    expect(usage.text('usageinfos')).toBe('');
    expect((await client.send('GetSystemUsage', { month: '13' })).message).toBe(
      'A wrong value is set.:[month]',
    );
    const products = await client.call('ListProductMaster');
    expect(products.texts('productName')).toContain('System Disk Service');
    expect(products.text('currencyUnit')).toBe('EUR');
  });
});

describe('users', () => {
  const document = (inside: string) => ({ usersInfoXMLFilePath: `<Request>${inside}</Request>` });

  it('come, change and go', async () => {
    const name = newName('anna');
    const check = async () =>
      (
        await client.call(
          'CheckUserIDAvailability',
          {},
          document(`<usersInfo><users><user><id>${name}</id></user></users></usersInfo>`),
        )
      ).text('usersInfo', 'successCount');
    expect(await check()).toBe('1');
    const user = `<users><user><id>${name}</id><mailAddress>anna@example.org</mailAddress><password>x</password></user></users>`;
    const made = await client.call('RegisterUser', {}, document(user));
    expect(made.text('usersInfo', 'successCount')).toBe('1');
    expect(await check()).toBe('0');
    expect((await client.call('RegisterUser', {}, document(user))).text('usersInfo', 'errorCount')).toBe('1');
    const roles = `<Request><users><user><id>${name}</id><centralRole>Operator</centralRole></user></users></Request>`;
    await client.call('UpdateUserAuthority', {}, { authInfoXMLFilePath: roles });
    expect((await client.call('ListUserAuthority')).texts('centralRole')).toContain('Operator');
    await client.call(
      'UpdateUserInformation',
      { userId: name },
      document('<userInfo><mailAddress>new@example.org</mailAddress></userInfo>'),
    );
    const shown = await client.call('GetUserInformation', { userId: name });
    expect(shown.text('userInfo', 'mailAddress')).toBe('new@example.org');
    await client.call('UnregisterUser', { ids: name });
    expect((await client.call('ListUser')).texts('id')).not.toContain(name);
  });
});

describe('back-ups and snapshots', () => {
  it('are numbered, dated and given up', async () => {
    expect((await client.call('ListVDiskBackup', { vsysId, vdiskId: web() })).text('backups')).toBe('');
    const vdiskId = (await client.call('CreateVDisk', { vsysId, vdiskName: 'data', size: '10' })).text(
      'vdiskId',
    );
    expect((await client.call('ListSnapshot', { vsysId, vdiskId: web() })).text('snapshots')).toBe('');
    const loose = await client.send('CreateSnapshot', { vsysId, vdiskId, comment: 'x' });
    expect(loose.status).toBe('ILLEGAL_STATE');
    const none = await client.send('RestoreVDisk', { vsysId, backupId: '0042' });
    expect([none.status, none.message]).toEqual([
      'RESOURCE_NOT_FOUND',
      'Resource[BACKUP-ID:0042] doesnt exist.',
    ]);
  });

  it('of configurations are versions', async () => {
    const efmId = `${vsysId}-S-0001`;
    const listed = await client.call('ListEFMBackup', { vsysId, efmId });
    expect(listed.texts('backupId').length).toBeGreaterThan(0);
    expect(listed.texts('backupTime')[0]).toMatch(/^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M$/);
    await client.call('BackupEFM', { vsysId, efmId });
    expect((await client.send('DestroyEFMBackup', { vsysId, efmId, backupId: '1' })).status).toBe(
      'UNSUPPORT_ERROR',
    );
    expect((await client.call('GetEFMPacketCaptureStatus', { vsysId, efmId })).text('status')).toBe('NONE');
  });
});
