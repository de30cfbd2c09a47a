/** However many servers a system has, a list asks the database the same number of times. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser } from './fgcp-fixture.js';

const world = useApi();
let client: FgcpClient;
let statements = 0;
// Everything goes through this one function of the driver, whoever asks.
// oxlint-disable-next-line typescript/unbound-method -- it is called with the client that it was called on
const original = pg.Client.prototype.query;
beforeAll(async () => {
  client = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  pg.Client.prototype.query = function counted(this: pg.Client, ...given: Parameters<typeof original>) {
    statements += 1;
    return original.apply(this, given);
  } as typeof original;
});
afterAll(() => {
  pg.Client.prototype.query = original;
});

async function statementsOf(action: string, vsysId: string): Promise<number> {
  // The first call looks the caller up.
  await client.call(action, { vsysId });
  const before = statements;
  await client.call(action, { vsysId });
  return statements - before;
}

async function systemOf(servers: number): Promise<string> {
  const created = await client.call('CreateVSYS', {
    vsysDescriptorId: '1-tier Skeleton',
    vsysName: newName('q'),
  });
  const vsysId = created.text('vsysId');
  const one = (number: number) =>
    `<vserver><vserverName>s${number}</vserverName><vserverType>standard.tiny</vserverType><diskImageId>debian-13</diskImageId><networkId>${vsysId}-N-DMZ</networkId></vserver>`;
  const all = Array.from({ length: servers }, (_, number) => one(number)).join('');
  const files = { vserversXMLFilePath: `<Request><vservers>${all}</vservers></Request>` };
  await client.call('CreateMultipleVServer', { vsysId }, files);
  return vsysId;
}

it('is the same for 2 servers and for 30', async () => {
  const [few, many] = [await systemOf(2), await systemOf(30)];
  for (const action of ['ListVServer', 'GetVSYSConfiguration', 'ListVDisk', 'GetVSYSStatus', 'ListVSYS']) {
    const counted = await statementsOf(action, few);
    expect(counted).toBeGreaterThan(0);
    expect([action, await statementsOf(action, many)]).toEqual([action, counted]);
  }
});
