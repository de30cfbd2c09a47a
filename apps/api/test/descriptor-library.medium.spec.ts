/** Descriptors are captured, found, copied, shared with a key and given up. */
import { describe, expect, it } from 'vitest';
import { newName, useApi, type TokenRequests } from './api-fixture.js';

const world = useApi();
const asDemo = (): TokenRequests => world().as(world().demoToken);
const asOther = (): TokenRequests => world().as(world().other.token);

const documentOf = (name: string, description: string) => ({
  apiVersion: 'openvsys/v1',
  kind: 'VsysDescriptor',
  metadata: { name, version: '1.0.0', description },
  parameters: {
    count: { type: 'integer', default: 1, minimum: 0, maximum: 9 },
    pin: { type: 'string', secret: true },
  },
  vnets: { lan: { cidr: '10.9.0.0/24' } },
  efms: { fw: { kind: 'firewall', config: { rules: [{ from: 'lan', to: 'internet', protocol: 'any' }] } } },
  vservers: {
    app: {
      type: 'standard.small',
      image: 'debian-13',
      count: '${count}',
      nics: [{ vnet: 'lan' }],
      login: { password: '${pin}' },
    },
  },
});

async function stored(description = 'Something.', by = asDemo()): Promise<string> {
  const name = newName('descriptor');
  await by
    .post('/v1/descriptors')
    .send({ document: documentOf(name, description) })
    .expect(201);
  return name;
}

async function deployed(descriptor: string): Promise<string> {
  const body = {
    name: newName('made'),
    vdcId: world().demo.vdcId,
    descriptor: { name: descriptor },
    parameters: { count: 2, pin: 'very-secret-pin' },
  };
  return (await asDemo().post('/v1/vsys').send(body).expect(202)).body.vsysId as string;
}

const names = ({ body }: { body: { items: { name: string }[] } }) => body.items.map(({ name }) => name);

describe('a capture', () => {
  it('is a private descriptor with the values of the system, without its secrets', async () => {
    const id = await deployed(await stored());
    const name = newName('captured');
    const path = `/v1/vsys/${id}/capture`;
    const send = async () =>
      asDemo()
        .post(path)
        .set('Idempotency-Key', `key-of-${name}`)
        .send({ name, title: 'Ours', images: { app: 'ubuntu-24.04' } })
        .expect(201);
    const { body } = await send();
    expect(body).toMatchObject({ name, version: '1.0.0', shared: false });
    expect((await send()).body).toEqual(body);
    const { body: shown } = await asDemo().get(`/v1/descriptors/${name}`).expect(200);
    expect(JSON.stringify(shown)).not.toContain('very-secret-pin');
    expect(shown.document).toMatchObject({
      metadata: { name, title: 'Ours' },
      parameters: { count: { default: 2 }, pin: { secret: true } },
      efms: { fw: { config: { rules: [{ from: 'lan', to: 'internet' }] } } },
      vservers: { app: { image: 'ubuntu-24.04', login: { password: '${pin}' } } },
    });
    const twin = {
      name: newName('twin'),
      vdcId: world().demo.vdcId,
      descriptor: { name },
      parameters: { pin: 'another-pin' },
    };
    await asDemo().post('/v1/vsys').send(twin).expect(202);
    await asOther().get(`/v1/descriptors/${name}`).expect(404);
    await asOther().post(path).send({ name }).expect(404);
  });

  it('is refused under a name that is none, for roles that there are not, to the provider', async () => {
    const path = `/v1/vsys/${await deployed(await stored())}/capture`;
    const wrong = await asDemo().post(path).send({ name: '-' }).expect(422);
    expect(wrong.body).toMatchObject({ code: 'invalid-descriptor', pointer: '/metadata/name' });
    const role = await asDemo()
      .post(path)
      .send({ name: newName('x'), images: { ap: 'debian-13' } })
      .expect(400);
    expect(role.body).toMatchObject({ pointer: '/images/ap', remedy: 'Did you mean “app”?' });
    await asDemo()
      .post(path)
      .send({ name: newName('x'), images: { app: 7 } })
      .expect(400);
    await world()
      .as(world().providerToken)
      .post(path)
      .send({ name: newName('x') })
      .expect(403);
  });
});

describe('the list', () => {
  it('is filtered by owner, name and words', async () => {
    const name = await stored('A house of 100% wood_');
    const list = async (query: string) => asDemo().get(`/v1/descriptors?limit=200&${query}`).expect(200);
    expect(names(await list('search=100%25%20WOOD_'))).toEqual([name]);
    expect(names(await list('search=100%20wood'))).toEqual([]);
    expect(names(await list(`name=${name}`))).toEqual([name]);
    const own = names(await list('visibility=organization'));
    expect(own).toContain(name);
    expect(own).not.toContain('three-tier');
    expect(names(await list('visibility=provider'))).toContain('three-tier');
    const { body } = await list('name=three-tier');
    expect(body.items).toMatchObject([{ visibility: 'provider', title: 'Three-tier web system' }]);
    await asDemo().get('/v1/descriptors?visibility=mine').expect(400);
  });
});

describe('a key', () => {
  it('lets others copy, as long as it holds and for whom it is', async () => {
    const name = await stored();
    const path = `/v1/descriptors/${name}/copy-key`;
    await asDemo().get(path).expect(404);
    const { body: first } = await asDemo().put(path).send({}).expect(200);
    const { body: second } = await asDemo()
      .put(path)
      .send({ contracts: ['OTHER001'] })
      .expect(200);
    expect((await asDemo().get(path).expect(200)).body).toEqual(second);
    const shared = await asDemo().get(`/v1/descriptors?name=${name}&visibility=shared`).expect(200);
    expect(names(shared)).toEqual([name]);
    const copy = async (key: string, as: string) =>
      asOther().post('/v1/descriptors/copy').send({ key, name: as });
    expect((await copy(first.key as string, newName('copy'))).status).toBe(404);
    const mine = newName('copy');
    const { status, body } = await copy(second.key as string, mine);
    expect([status, body.name, body.shared]).toEqual([201, mine, false]);
    await asOther().get(path).expect(404);
    await asOther().put(path).send({}).expect(404);
    await asDemo()
      .put(path)
      .send({ contracts: ['SOMEBODY'] })
      .expect(200);
    const { key } = (await asDemo().get(path)).body as { key: string };
    expect((await copy(key, newName('copy'))).status).toBe(404);
    await asDemo().delete(path).expect(204);
    expect((await copy(key, newName('copy'))).status).toBe(404);
    expect((await asOther().get(`/v1/descriptors/${mine}`)).status).toBe(200);
    expect(world().log.join('\n')).not.toContain(key);
  });

  it('is not needed to copy what one sees', async () => {
    const name = newName('my-three-tier');
    await asDemo().post('/v1/descriptors/copy').send({ from: 'three-tier', name }).expect(201);
    const { body } = await asDemo().get(`/v1/descriptors/${name}`).expect(200);
    expect(body.document.metadata).toMatchObject({ name, title: 'Three-tier web system' });
    await asDemo().post('/v1/descriptors/copy').send({ name }).expect(400);
    await asDemo().post('/v1/descriptors/copy').send({ from: 'nothing-like-it' }).expect(404);
  });
});

describe('a descriptor that is given up', () => {
  it('is gone, and its name is free for another text', async () => {
    const name = await stored('Old.');
    await asOther().delete(`/v1/descriptors/${name}`).expect(404);
    await asDemo().delete('/v1/descriptors/three-tier').expect(404);
    await asDemo().delete(`/v1/descriptors/${name}`).expect(204);
    await asDemo().get(`/v1/descriptors/${name}`).expect(404);
    await asDemo().get(`/v1/descriptors/${name}/versions/1.0.0`).expect(404);
    expect(names(await asDemo().get(`/v1/descriptors?name=${name}`))).toEqual([]);
    const again = { document: documentOf(name, 'New.') };
    await asDemo().post('/v1/descriptors').send(again).expect(201);
    const { body } = await asDemo().get(`/v1/descriptors/${name}`).expect(200);
    expect(body.document.metadata.description).toBe('New.');
  });

  it('has to be hidden when systems are made of it; they go on', async () => {
    const name = await stored();
    const id = await deployed(name);
    const { body } = await asDemo().delete(`/v1/descriptors/${name}`).expect(409);
    expect(body).toMatchObject({ code: 'conflict', details: { systems: [id] } });
    await asDemo().delete(`/v1/descriptors/${name}?systems=hide`).expect(204);
    const { body: shown } = await asDemo().get(`/v1/vsys/${id}`).expect(200);
    expect(shown.descriptor).toMatchObject({ name, version: '1.0.0' });
    await asDemo()
      .patch(`/v1/vsys/${id}`)
      .set('If-Match', '"1"')
      .send({ parameters: { count: 3 } })
      .expect(202);
    const order = { name: newName('late'), vdcId: world().demo.vdcId, descriptor: { name } };
    await asDemo().post('/v1/vsys').send(order).expect(404);
  });
});

const RASD = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData';
const OVF = `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="${RASD}">
  <References><File ovf:id="f1" ovf:href="web.vmdk"/></References>
  <DiskSection><Info>Disks</Info>
    <Disk ovf:diskId="d1" ovf:capacity="4" ovf:capacityAllocationUnits="byte * 2^30" ovf:fileRef="f1"/>
    <Disk ovf:diskId="d2" ovf:capacity="7" ovf:capacityAllocationUnits="byte * 2^30"/>
  </DiskSection>
  <NetworkSection><Info>Nets</Info><Network ovf:name="Front"/></NetworkSection>
  <VirtualSystemCollection ovf:id="shop">
    <VirtualSystem ovf:id="Web"><Info>x</Info><VirtualHardwareSection><Info>x</Info>
      <Item><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
      <Item><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>4096</rasd:VirtualQuantity></Item>
      <Item><rasd:ResourceType>10</rasd:ResourceType><rasd:Connection>Front</rasd:Connection></Item>
      <Item><rasd:ResourceType>17</rasd:ResourceType><rasd:HostResource>ovf:/disk/d1</rasd:HostResource></Item>
      <Item><rasd:ResourceType>17</rasd:ResourceType><rasd:HostResource>ovf:/disk/d2</rasd:HostResource></Item>
    </VirtualHardwareSection></VirtualSystem>
  </VirtualSystemCollection>
</Envelope>`;

describe('prices of descriptors', () => {
  interface Priced {
    readonly name: string;
    readonly pricePerHour: string | null;
  }
  const list = async (query: string): Promise<{ items: readonly Priced[]; nextCursor: string | null }> =>
    (await asDemo().get(`/v1/descriptors?${query}`).expect(200)).body;

  it('are those of a plan with the defaults, filter the list and sort it, page by page', async () => {
    const { items } = await list('visibility=provider&sort=price&limit=500');
    const known = items.filter(({ pricePerHour }) => pricePerHour !== null);
    expect(known.length).toBeGreaterThan(3);
    // What has to be given parameters comes last.
    expect(items.slice(0, known.length)).toEqual(known);
    expect(items.map(({ name }) => name)).toContain('2-tier');
    const amounts = known.map(({ pricePerHour }) => Number(pricePerHour));
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
    const body = { vdcId: world().demo.vdcId, name: newName('priced'), descriptor: { name: 'three-tier' } };
    const { body: plan } = await asDemo().post('/v1/vsys/plans').send(body).expect(200);
    const { pricePerHour } = items.find(({ name }) => name === 'three-tier')!;
    expect(pricePerHour).toBe(plan.price.after.perHour);
    const same = await list(`visibility=provider&priceFrom=${pricePerHour}&priceTo=${pricePerHour}`);
    expect(same.items.map(({ name }) => name)).toContain('three-tier');
    for (const each of same.items) expect(each.pricePerHour).toBe(pricePerHour);
    const first = await list('visibility=provider&sort=price&limit=2');
    const second = await list(`visibility=provider&sort=price&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(items.slice(0, 4));
    await asDemo().get('/v1/descriptors?priceFrom=cheap').expect(400);
    await world().as(world().providerToken).get('/v1/descriptors?sort=price').expect(409);
  });
});

describe('an OVF envelope', () => {
  it('becomes a descriptor that can be stored and made', async () => {
    const name = newName('imported');
    const body = { format: 'ovf', text: OVF, name, image: 'debian-13' };
    const { body: imported } = await asDemo().post('/v1/descriptors/import').send(body).expect(200);
    expect(imported.document.vservers.web).toMatchObject({
      type: 'standard.medium',
      nics: [{ vnet: 'front' }],
      disks: [{ size: 7 }],
    });
    expect(JSON.stringify(imported.notes)).toContain('comes with an image');
    await asDemo().get(`/v1/descriptors/${name}`).expect(404);
    await asDemo().post('/v1/descriptors').send({ source: imported.source }).expect(201);
    const order = { name: newName('made'), vdcId: world().demo.vdcId, descriptor: { name } };
    await asDemo().post('/v1/vsys').send(order).expect(202);
  });

  it('is refused when it is none, or does harm', async () => {
    const send = async (text: string) =>
      asDemo().post('/v1/descriptors/import').send({ format: 'ovf', text, name: 'x' });
    expect((await send('<html/>')).status).toBe(400);
    expect((await send('<Envelope>')).status).toBe(400);
    expect(
      (await send('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Envelope>&b;</Envelope>')).status,
    ).toBe(400);
    expect((await send(OVF.replace('>4096<', '>99999999<'))).status).toBe(400);
  });
});

const FORM = `<?xml version="1.0"?>
<vsysDescriptor version="1.0">
  <vsysdescriptorId>1-tier Web</vsysdescriptorId><vsysdescriptorName>1-tier Web</vsysdescriptorName>
  <vnets><vnet><segment>DMZ</segment><prefixLength>24</prefixLength></vnet></vnets>
  <efms><efm><efmType>FW</efmType><efmName>Firewall</efmName><dns><type>AUTO</type></dns>
    <policies><policy><from>INTERNET</from><to>DMZ</to><id>080</id><action>Accept</action><protocol>tcp</protocol>
      <src>any</src><dst>ref:web-ip</dst><dstPort>80</dstPort><dstService>NONE</dstService><log>Off</log></policy></policies>
    <nat><rule><publicIpRef>web-ip</publicIpRef><target>Web1</target><snapt>true</snapt></rule></nat></efm></efms>
  <vservers><vserver><vserverName>Web1</vserverName><vserverType>economy</vserverType>
    <imageSelector><osName>CentOS 6.2 64bit (English)</osName></imageSelector><segment>DMZ</segment></vserver></vservers>
  <publicips><publicip><ref>web-ip</ref><autoAttach>true</autoAttach></publicip></publicips>
</vsysDescriptor>`;

describe('Fujitsu’s XML form', () => {
  it('becomes a descriptor that can be stored and made, and is written again', async () => {
    const name = newName('form');
    const send = async (text: string) =>
      asDemo()
        .post('/v1/descriptors/import')
        .send({ format: 'fujitsu-xml', text, name, image: 'debian-13' })
        .expect(200);
    const { body: imported } = await send(FORM);
    expect(imported.document.efms.firewall.config).toMatchObject({
      rules: [{ from: 'internet', to: 'dmz', ports: [80], destinations: ['web1'] }],
      staticNat: [{ publicIp: 'web-ip', server: 'web1' }],
    });
    await asDemo().post('/v1/descriptors').send({ source: imported.source }).expect(201);
    const order = { name: newName('made'), vdcId: world().demo.vdcId, descriptor: { name } };
    await asDemo().post('/v1/vsys').send(order).expect(202);
    const { body: exported } = await asDemo()
      .get(`/v1/descriptors/${name}/versions/1.0.0/export?format=fujitsu-xml`)
      .expect(200);
    expect(exported.text).toContain('<publicIpRef>web-ip</publicIpRef>');
    // The image was a parameter: it is written down now.
    expect(exported.notes.map(({ place }: { place: string }) => place)).toEqual(['/parameters/image']);
    const { body: again } = await send(exported.text);
    expect(again.document).toMatchObject({
      efms: imported.document.efms,
      vnets: imported.document.vnets,
      vservers: { web1: { ...imported.document.vservers.web1, image: 'debian-13' } },
    });
    expect(again.notes).toEqual([]);
  });

  it('is refused for other formats, for descriptors that nobody sees, and when it does harm', async () => {
    const name = await stored();
    await asDemo().get(`/v1/descriptors/${name}/versions/1.0.0/export?format=docx`).expect(400);
    await asOther().get(`/v1/descriptors/${name}/versions/1.0.0/export?format=fujitsu-xml`).expect(404);
    const send = async (text: string) =>
      asDemo().post('/v1/descriptors/import').send({ format: 'fujitsu-xml', text, name: 'x' });
    expect((await send(OVF)).status).toBe(400);
    expect((await send(`<!DOCTYPE a [<!ENTITY b "c">]>${FORM.slice(21)}`)).status).toBe(400);
    const refused = await send(FORM.replace('<id>080', '<id>80'));
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining('policy[1]/id')]);
  });
});

describe('a descriptor inside a descriptor', () => {
  const whole = (name: string, include: object) => ({
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name, version: '1.0.0' },
    vnets: {},
    vservers: {},
    include,
  });

  it('is resolved when it is stored, sent with a system and checked', async () => {
    const inner = await stored();
    const name = newName('whole');
    const include = { in: { name: inner, version: '1.0.0', parameters: { count: 2 } } };
    const document = whole(name, include);
    const { body: valid } = await asDemo().post('/v1/descriptors/validate').send({ document }).expect(200);
    expect(Object.keys(valid.document.vservers)).toEqual(['in-app']);
    await asDemo().post('/v1/descriptors').send({ document }).expect(201);
    await asDemo().delete(`/v1/descriptors/${inner}`).expect(204);
    const order = { vdcId: world().demo.vdcId, parameters: { inPin: 'a-secret-pin' } };
    const made = await asDemo()
      .post('/v1/vsys')
      .send({ ...order, name: newName('made'), descriptor: { name } })
      .expect(202);
    const { body: vsys } = await asDemo().get(`/v1/vsys/${made.body.vsysId}`).expect(200);
    expect(vsys.vservers.map((server: { name: string }) => server.name).toSorted()).toEqual([
      'in-app-1',
      'in-app-2',
      'in-fw',
    ]);
    const again = {
      ...order,
      name: newName('made'),
      document: whole(name, { b: { name, version: '1.0.0', parameters: {} } }),
    };
    await asDemo()
      .post('/v1/vsys')
      .send({ ...again, parameters: { bInPin: 'a-secret-pin' } })
      .expect(202);
  });

  it('is what the caller sees, and never itself', async () => {
    const inner = await stored();
    const name = newName('whole');
    const document = whole(name, { in: { name: inner, version: '1.0.0' } });
    const { body } = await asOther().post('/v1/descriptors').send({ document }).expect(422);
    expect(body.violations).toMatchObject([{ pointer: '/include/in' }]);
    const itself = whole(name, { in: { name, version: '1.0.0' } });
    await asDemo().post('/v1/descriptors').send({ document: itself }).expect(422);
  });
});
