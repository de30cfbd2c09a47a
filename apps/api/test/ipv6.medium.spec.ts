/** IPv6 networks beside the IPv4 ranges of VNets. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);
const RANGE = 'fd12:3456:789a:1::/64';
const document = (lan: object) => ({
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name: 'six', version: '1.0.0' },
  vnets: { lan: { cidr: '10.44.0.0/24', ...lan } },
  vservers: {
    app: { type: 'standard.tiny', image: 'debian-13', nics: [{ vnet: 'lan', address: '10.44.0.10' }] },
  },
});
const order = async (lan: object) =>
  asDemo()
    .post('/v1/vsys')
    .send({ name: newName('six'), vdcId: world().demo.vdcId, document: document(lan) });

describe('a VNet with IPv6', () => {
  it('gives its servers addresses, shows them, and keeps its network', async () => {
    const { body } = await order({ range6: 'FD12:3456:789A:1::/64' });
    const shown = await asDemo().get(`/v1/vsys/${body.vsysId}`).expect(200);
    expect(shown.body.vnets).toMatchObject([{ range6: RANGE }]);
    expect(shown.body.vservers[0].nics).toMatchObject([
      { ipv4: '10.44.0.10', ipv6: 'fd12:3456:789a:1::a2c:a' },
    ]);
    const other = { document: document({ range6: 'fd12:3456:789a:2::/64' }) };
    const refused = await asDemo()
      .patch(`/v1/vsys/${body.vsysId}`)
      .set('If-Match', '"1"')
      .send(other)
      .expect(409);
    expect(refused.body.pointer).toBe('/vnets/lan/range6');
    const net = { vsysId: body.vsysId, name: 'late', cidr: '10.45.0.0/24', range6: RANGE };
    const twice = await asDemo().post('/v1/vnets').send(net).expect(422);
    expect(twice.body.pointer).toBe('/range6');
    await asDemo()
      .post('/v1/vnets')
      .send({ ...net, range6: 'fd12:3456:789a:3::/64' })
      .expect(202);
  });

  it('may get it later, and is refused what is no such network', async () => {
    const { body } = await order({});
    const shown = await asDemo().get(`/v1/vsys/${body.vsysId}`).expect(200);
    expect(shown.body.vnets).toMatchObject([{ range6: null }]);
    await asDemo()
      .patch(`/v1/vsys/${body.vsysId}`)
      .set('If-Match', '"1"')
      .send({ document: document({ range6: RANGE }) })
      .expect(202);
    const after = await asDemo().get(`/v1/vsys/${body.vsysId}`).expect(200);
    expect(after.body.vservers[0].nics).toMatchObject([{ ipv6: 'fd12:3456:789a:1::a2c:a' }]);
    const wrong = await order({ range6: 'fe80::/64' });
    expect([wrong.status, wrong.body.pointer]).toEqual([422, '/vnets/lan/range6']);
  });
});
