/** Every operation answers about somebody else's things exactly as about things that never were. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createRequestLimiter } from '../src/http/request-limiter.js';
import { FgcpRegistry } from '../src/faces/fgcp/fgcp-registry.js';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser, type Parameters } from './fgcp-fixture.js';

/** Generous enough for everything here but the flood at the end. */
const LIMIT = 300;
const world = useApi(undefined, createRequestLimiter(LIMIT));

/** What requests name; `{x}` stands for the system. */
const NAMED: Parameters = {
  vsysId: '{x}',
  dstVsysId: '{x}',
  srcVsysId: '{x}',
  vserverId: '{x}-S-0002',
  serverId: '{x}-S-0002',
  efmId: '{x}-S-0001',
  vdiskId: '{x}-D-0001',
  dstVdiskId: '{x}-D-0001',
  networkId: '{x}-N-DMZ',
  backupId: '0001',
  srcBackupId: '0001',
  snapshotId: '0001',
};
/** What else operations need to get as far as the names. */
const NEEDED: Parameters = {
  attributeName: 'vsysName',
  attributeValue: 'mine',
  configurationName: 'FW_NAT_RULE',
  configurationValue: 'PUBLIC',
  diskImageId: 'debian-13',
  efmName: 'mine',
  efmType: 'SLB',
  interval: 'hour',
  key: 'x',
  size: '10',
  updateLcId: 'en',
  userId: 'nobody',
  ids: 'nobody',
  vdiskName: 'mine',
  vserverName: 'mine',
  vserverType: 'standard.small',
  vsysDescriptorId: 'theirs',
  vsysName: 'x',
};
const FILES = {
  configurationXMLFilePath: '<Request><configuration><firewall_nat/></configuration></Request>',
  contractsXMLFilePath: '<Request><contracts/></Request>',
  diskImageXMLFilePath: '<Request><vserverId>{x}-S-0002</vserverId><name>x</name></Request>',
  vserversXMLFilePath:
    '<Request><vservers><vserver><vserverName>a</vserverName><vserverType>standard.small</vserverType><diskImageId>debian-13</diskImageId><networkId>{x}-N-DMZ</networkId></vserver></vservers></Request>',
  vsysDescriptorXMLFilePath:
    '<Request><vsysId>{x}</vsysId><locales><locale><lcid>en</lcid><name>x</name></locale></locales></Request>',
};

let theirs: string;
let theirAddress: string;
let me: FgcpClient;
beforeAll(async () => {
  const owner = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  const made = await owner.call('CreateVSYS', {
    vsysDescriptorId: '1-tier Skeleton',
    vsysName: newName('theirs'),
  });
  theirs = made.text('vsysId');
  const server = { vserverName: 'web', vserverType: 'standard.small', diskImageId: 'debian-13' };
  await owner.call('CreateVServer', { vsysId: theirs, ...server, networkId: `${theirs}-N-DMZ` });
  await owner.call('CreateVDisk', { vsysId: theirs, vdiskName: 'data', size: '10' });
  await owner.call('AllocatePublicIP', { vsysId: theirs });
  theirAddress = (await owner.call('ListPublicIP')).texts('address')[0] ?? '';
  me = new FgcpClient(world(), await newFgcpUser(world(), world().other.token));
});

async function answerAbout(action: string, system: string, address: string): Promise<string> {
  const filled = (values: Parameters) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value.replaceAll('{x}', system)]),
    );
  const { xml } = await me.send(action, { ...filled(NAMED), ...NEEDED, publicIp: address }, filled(FILES));
  return xml.replaceAll(system, '{x}').replaceAll(address, '{address}');
}

describe('what belongs to somebody else', () => {
  it('is as if it were not there, for every operation', { timeout: 60_000 }, async () => {
    const { names } = world().app.get(FgcpRegistry);
    expect(names.length).toBeGreaterThan(80);
    const told: string[] = [];
    for (const action of names) {
      if (['CreateVSYS', 'RegisterUser'].includes(action)) continue;
      const foreign = await answerAbout(action, theirs, theirAddress);
      const unknown = await answerAbout(action, 'DEMO0001-NOTHERE00', '192.0.2.77');
      // What differs from moment to moment.
      const plain = (xml: string) => xml.replaceAll(/<(date|recordTime|key)>[^<]*</g, '<$1><');
      if (plain(foreign) !== plain(unknown)) told.push(`${action}: ${foreign} not ${unknown}`);
    }
    expect(told).toEqual([]);
  });

  it('is what it was', async () => {
    const rest = await world().as(world().demoToken).get(`/v1/vsys/${theirs}`);
    const { vservers, vdisks, publicIps } = rest.body as Record<string, { state: string }[]>;
    expect([vservers?.length, vdisks?.length, publicIps?.length]).toEqual([2, 1, 1]);
  });
});

describe('a flood', () => {
  it('is bounded as everywhere', { timeout: 60_000 }, async () => {
    const flooder = new FgcpClient(world(), await newFgcpUser(world(), world().other.token));
    const answers: string[] = [];
    for (let count = 0; count <= LIMIT; count += 1) answers.push((await flooder.send('ListVSYS')).message);
    expect(answers[0]).toBe('Processing was completed.');
    expect(answers.at(-1)).toMatch(/^Too many requests\. Wait \d+ seconds\.$/);
    expect((await me.send('ListVSYS')).status).toBe('SUCCESS');
  });
});
