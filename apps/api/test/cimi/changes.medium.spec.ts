/** What CIMI clients of version 1 create, change and delete; parts stay in the state CREATING, for there is no worker here. */
import { MetricStore } from '@openvsys/persistence';
import { hostUuid, vserverId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, hrefOf, NS } from './cimi-fixture.js';

const world = useApi();
const client = () => cimiClient(world(), world().demoToken);
const xml = () => cimiClient(world(), world().demoToken, 'xml');

const template = () => ({
  machineConfig: { href: 'machine_configurations/standard.small' },
  machineImage: { href: 'machine_images/debian-13' },
});

async function newMachine(name = newName('Web server ')) {
  const answer = await client().post('machines', {
    resourceURI: `${NS}/MachineCreate`,
    name,
    description: 'made by a test',
    properties: { costCentre: '4711' },
    machineTemplate: template(),
  });
  expectStatus(answer, 202);
  return { body: answer.body, headers: answer.headers, name };
}

describe('a machine', () => {
  it('is made without a word about its system: that is the default one', async () => {
    const { body, headers, name } = await newMachine();
    expect(body).toMatchObject({
      resourceURI: `${NS}/Machine`,
      name,
      description: 'made by a test',
      properties: { costCentre: '4711' },
      state: 'CREATING',
    });
    expect(headers['location']).toBe(body.id);
    const job = await client().get(headers['cimi-job-uri']!);
    expect(job.body).toMatchObject({ state: 'QUEUED', action: `${NS}/action/add` });
    const id = body.id.split('/').at(-1);
    const rest = await world().as(world().demoToken).get(`/v1/vservers/${id}`);
    expect(rest.body).toMatchObject({ id, type: 'standard.small', power: 'stopped' });
    const vsys = await world().as(world().demoToken).get(`/v1/vsys/${rest.body.vsysId}`);
    expect(vsys.body).toMatchObject({ name: 'default', vdcId: world().demo.vdcId });
    expect((await client().get('machines?$filter=name="' + encodeURIComponent(name) + '"')).body.count).toBe(
      1,
    );
  });

  it('takes size, account, user data and volumes by value, in XML too', async () => {
    const name = newName('xml');
    const answer = await xml().post(
      'machines',
      `<MachineCreate xmlns="${NS}"><name>${name}</name><property key="a">b</property>
        <machineTemplate>
          <initialState> STARTED </initialState>
          <machineConfig><cpu>1</cpu><memory> 2097152 </memory></machineConfig>
          <machineImage href="machine_images/debian-13"/>
          <credential><userName>admin</userName><password>correct horse</password></credential>
          <volumeTemplate initialLocation="/dev/xvdb"><volumeConfig><capacity>10000000</capacity></volumeConfig></volumeTemplate>
          <userData>${Buffer.from('#cloud-config\n').toString('base64')}</userData>
        </machineTemplate></MachineCreate>`,
    );
    expectStatus(answer, 202);
    expect(answer.text).toContain(`<name>${name}</name>`);
    expect(answer.text).toContain('<property key="a">b</property>');
    expect(answer.text).not.toContain('correct horse');
    const id = /<id>([^<]+)<\/id>/.exec(answer.text)![1]!;
    const volumes = await client().get(`${id}/volumes`);
    expect(volumes.body.count).toBe(1);
    const volume = await client().get(volumes.body.machineVolumes[0].volume.href);
    expect(volume.body.capacity).toBe(10_737_418);
    const machine = await client().get(id);
    expect(machine.body).toMatchObject({ cpu: 1, memory: 2_097_152 });
  });

  it('is refused when it could not be made', async () => {
    const post = async (machineTemplate: object) =>
      (await client().post('machines', { machineTemplate })).status;
    expect(await post({})).toBe(400);
    expect(await post({ ...template(), machineConfig: { cpu: 5_000 } })).toBe(400);
    expect(await post({ ...template(), machineConfig: { href: 'machine_configurations/none' } })).toBe(404);
    expect(await post({ ...template(), initialState: 'FLYING' })).toBe(400);
    expect(await post({ ...template(), nonsense: 1 })).toBe(400);
    expect(await post({ ...template(), networkInterfaces: [{ network: { href: 'networks/public' } }] })).toBe(
      501,
    );
    expect((await client().post('machines', '{')).status).toBe(400);
    expect((await client().post('machines', { resourceURI: `${NS}/VolumeCreate` })).status).toBe(400);
  });

  it('is made from a template, whose attributes the request replaces or erases', async () => {
    const stored = await client().post('machine_templates', {
      name: 'small web',
      initialState: 'STARTED',
      ...template(),
      credential: { userName: 'root', password: 'never to be seen' },
    });
    expectStatus(stored, 201);
    expect(stored.headers['location']).toBe(stored.body.id);
    expect(JSON.stringify(stored.body)).not.toContain('never to be seen');
    expect(stored.body.credential).toEqual({ userName: 'root' });
    const made = await client().post('machines', {
      name: newName('templated'),
      machineTemplate: {
        href: stored.body.id,
        machineConfig: { href: 'machine_configurations/standard.medium' },
        initialState: null,
      },
    });
    expectStatus(made, 202);
    const rest = await world()
      .as(world().demoToken)
      .get(`/v1/vservers/${made.body.id.split('/').at(-1)}`);
    expect(rest.body).toMatchObject({ type: 'standard.medium', power: 'stopped' });
  });

  it('is updated in part: what is selected and missing goes, what is not selected is refused', async () => {
    const { body } = await newMachine();
    const renamed = await client().put(`${body.id}?$select=name,description`, { name: 'Another name' });
    expectStatus(renamed, 200);
    expect(renamed.body).toMatchObject({ name: 'Another name', properties: { costCentre: '4711' } });
    expect(renamed.body).not.toHaveProperty('description');
    expect((await client().put(`${body.id}?$select=name`, { description: 'x' })).status).toBe(400);
    const sized = await client().put(`${body.id}?$select=memory`, { memory: '4194304' });
    expectStatus(sized, 202);
    expect(sized.body.memory).toBeGreaterThanOrEqual(4_194_304);
    const whole = await client().put(body.id, { ...sized.body, state: 'STARTED', description: 'whole' });
    expectStatus(whole, 200);
    expect(whole.body).toMatchObject({ description: 'whole', state: 'CREATING', name: 'Another name' });
  });

  it('gets and gives up volumes and network interfaces, and goes', async () => {
    const { body } = await newMachine();
    const system = body.eventLog.href.split('/').at(-1).split('-').slice(0, 2).join('-');
    const volume = await client().post('volumes', {
      name: newName('data'),
      volumeTemplate: { volumeConfig: { href: 'volume_configurations/20gib' } },
    });
    expectStatus(volume, 202);
    expect(hrefOf(volume.body, 'delete')).toBe(volume.body.id);
    const attached = await client().post(`${body.id}/volumes`, {
      volume: { href: volume.body.id },
      initialLocation: '/dev/xvdc',
    });
    expectStatus(attached, 202);
    expect((await client().get(attached.headers['location']!)).body.volume.href).toBe(volume.body.id);
    expect((await client().delete(volume.body.id)).status).toBe(409);
    expect((await client().delete(attached.headers['location']!)).status).toBe(202);
    expect((await client().get(`${body.id}/volumes`)).body.count).toBe(0);

    const net = await client().post('networks', {
      name: newName('Back end '),
      networkTemplate: { networkConfig: { networkType: 'PRIVATE' } },
    });
    expectStatus(net, 202);
    const card = await client().post(`${body.id}/network_interfaces`, { network: { href: net.body.id } });
    expectStatus(card, 202);
    const address = await client().get(`${card.body.id}/addresses?$expand=address`);
    expect(address.body.machineNetworkInterfaceAddresses[0].address).toMatchObject({ protocol: 'IPv4' });
    expect((await client().delete(net.body.id)).status).toBe(409);
    expect((await client().delete(card.body.id)).status).toBe(202);
    const grown = await client().put(`${volume.body.id}?$select=capacity`, { capacity: 30_000_000 });
    expectStatus(grown, 202);
    expect((await client().put(`${volume.body.id}?$select=capacity`, { capacity: 1_000_000 })).status).toBe(
      400,
    );
    expect((await client().delete(volume.body.id)).status).toBe(202);
    expect((await client().delete(body.id)).status).toBe(202);
    expect((await client().get(`systems/${system}`)).status).toBe(200);
    expect((await client().post(`${body.id}/start`, {})).status).toBe(404);
  });

  it('is named once for a hundred repeats with one key, and its notes too', async () => {
    const key = newName('cimi-key');
    const name = newName('Once Only ');
    const post = async () =>
      client().post('machines', { name, machineTemplate: template() }).set('Idempotency-Key', key);
    const first = await post();
    const again = await post();
    expectStatus(again, 202);
    expect(again.body.id).toBe(first.body.id);
    expect(again.body.name).toBe(name);
  });
});

describe('a system', () => {
  it('is made of a template, renamed, exported, imported and deleted', async () => {
    const made = await client().post('systems', {
      name: newName('shop'),
      properties: { team: 'blue' },
      systemTemplate: { href: 'system_templates/three-tier' },
    });
    expectStatus(made, 202);
    expect(made.body).toMatchObject({ state: 'CREATING', properties: { team: 'blue' } });
    const renamed = await client()
      .put(`${made.body.id}?$select=name`, { name: newName('renamed') })
      .set('If-Match', '"1"');
    expectStatus(renamed, 202);
    const stale = await client().put(`${made.body.id}?$select=name`, { name: 'no' }).set('If-Match', '"1"');
    expect(stale.status).toBe(412);
    const exported = await client().post(hrefOf(made.body, 'export')!, {
      action: `${NS}/action/export`,
      format: 'application/yaml',
    });
    expectStatus(exported, 200);
    const text = await client().get(exported.headers['location']!);
    expect(text.text).toContain('kind: VsysDescriptor');
    expect((await client().post(`${made.body.id}/export`, { format: 'application/zip' })).status).toBe(501);
    const imported = await client().post('systems/import', {
      source: exported.headers['location'],
      properties: { name: newName('imported') },
    });
    expectStatus(imported, 202);
    expect((await client().get(imported.body.machines.href)).body.count).toBe(3);
    const gone = await client().delete(made.body.id);
    expect(gone.status).toBe(202);
    expect(gone.body).toMatchObject({ resourceURI: `${NS}/Job`, action: `${NS}/action/delete` });
    expect((await client().get(made.body.id)).body.state).toBe('DELETING');
  });

  it('is made of components that name each other', async () => {
    const components = [
      { name: 'DMZ', type: `${NS}/Network`, networkTemplate: { networkConfig: { networkType: 'PRIVATE' } } },
      {
        name: 'Web Server',
        quantity: 2,
        type: `${NS}/Machine`,
        machineTemplate: {
          ...template(),
          networkInterfaces: [{ network: { href: '#DMZ' }, state: 'ACTIVE' }],
          volumeTemplates: [{ initialLocation: '/dev/xvdb', volumeConfig: { capacity: 10_000_000 } }],
        },
      },
      { name: 'spare', type: `${NS}/Volume`, volumeTemplate: { volumeConfig: { capacity: 5_000_000 } } },
    ];
    const made = await client().post('systems', {
      name: newName('two-tier'),
      systemTemplate: { componentDescriptors: components },
    });
    expectStatus(made, 202);
    const machines = await client().get(`${made.body.machines.href}?$orderby=name`);
    expect(machines.body.systemMachines.map((each: { name: string }) => each.name)).toEqual([
      'Web Server1',
      'Web Server2',
    ]);
    expect((await client().get(made.body.volumes.href)).body.count).toBe(3);
    const stored = await client().post('system_templates', {
      name: newName('stored two-tier'),
      componentDescriptors: components,
    });
    expectStatus(stored, 201);
    expect(stored.body.componentDescriptors).toHaveLength(4);
    const dangling = await client().post('systems', {
      name: 'x',
      systemTemplate: {
        componentDescriptors: [
          {
            name: 'a',
            type: `${NS}/Machine`,
            machineTemplate: { ...template(), networkInterfaces: [{ network: { href: '#none' } }] },
          },
        ],
      },
    });
    expect(dangling.status).toBe(400);
  });
});

describe('what tenants store', () => {
  it('has versions, secrets that stay inside, and belongs to one organization', async () => {
    const made = await client().post('credentials', {
      name: 'root account',
      credentialTemplate: { userName: 'root', password: 'a long secret' },
    });
    expectStatus(made, 201);
    expect(made.text).not.toContain('a long secret');
    expect(made.headers['etag']).toBe('"1"');
    const job = await client().get(made.headers['cimi-job-uri']!);
    expect(job.body).toMatchObject({ state: 'SUCCESS', progress: 100, action: `${NS}/action/add` });
    expect(job.body.affectedResources).toContainEqual({ href: made.body.id });
    expectStatus(await cimiClient(world(), world().other.token).get(job.body.id), 404);
    expectStatus(await client().get('jobs/done-AAAA'), 404);
    const changed = await client().put(`${made.body.id}?$select=userName`, { userName: 'admin' });
    expect(changed.body).toMatchObject({ userName: 'admin', name: 'root account' });
    expect((await client().put(made.body.id, { name: 'x' }).set('If-Match', '"1"')).status).toBe(412);
    const rows = await world().database.session(async (session) =>
      session.rows<{ document: object }>('SELECT document FROM stored_template WHERE kind = $1', [
        'Credential',
      ]),
    );
    expect(JSON.stringify(rows)).not.toContain('a long secret');
    const stranger = cimiClient(world(), world().other.token);
    expect((await stranger.get(made.body.id)).status).toBe(404);
    expect((await stranger.delete(made.body.id)).status).toBe(404);
    const machine = await client().post('machines', {
      name: newName('login'),
      machineTemplate: { ...template(), credential: { href: made.body.id } },
    });
    expectStatus(machine, 202);
    expect((await client().delete(made.body.id)).status).toBe(200);
    expect((await client().get(made.body.id)).status).toBe(404);
  });

  it('is refused to those whose roles do not allow it, and not offered to them', async () => {
    const monitor = cimiClient(world(), await world().tokenWith(['monitor']));
    expect((await monitor.post('machines', { machineTemplate: template() })).status).toBe(403);
    const { body } = await monitor.get('machines');
    expect(body.operations).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain('action/start');
  });
});

const TEN_MINUTES = 600_000;

/** As a pool would for the last ten minutes, added up. */
async function measure(machine: string, cpuUse: number): Promise<void> {
  const end = Math.floor(Date.now() / TEN_MINUTES) * TEN_MINUTES;
  const samples = Array.from({ length: 10 }, (_, minute) => ({
    server: vserverId(machine),
    at: new Date(end - minute * 60_000),
    stepSeconds: 60 as const,
    cpuUse,
    memoryBytes: 1_000,
    memoryFreeBytes: null,
    disks: [],
    nics: [],
  }));
  const store = new MetricStore(world().database);
  const host = hostUuid('00000000-0000-4000-8000-000000000001');
  await store.store({ poolId: world().demo.poolId, host, until: new Date(end), samples });
  await store.rollUp(new Date());
}

describe('a meter of one’s own', () => {
  it('shows an aspect of a machine until it is stopped, and ends with it', async () => {
    const { body: machine } = await newMachine();
    const made = await client().post('meters', {
      name: 'slow processor',
      meterTemplate: {
        targetResource: { href: machine.id },
        meterConfig: { href: 'meter_configurations/cpu', sampleInterval: 700 },
      },
    });
    expectStatus(made, 201);
    expect(made.body).toMatchObject({
      name: 'slow processor',
      aspect: `${NS}/aspect/cpu`,
      units: 'percent',
      sampleInterval: 700,
    });
    const own = await client().get(machine.meters.href);
    expect(own.body.meters.map(({ id }: { id: string }) => id)).toContain(made.body.id);
    await measure(machine.id.split('/').at(-1), 0.25);
    const samples = await client().get(made.body.samples.href);
    expect(samples.body.samples).toMatchObject([{ value: '25' }]);
    const stopped = await client().post(hrefOf(made.body, 'stop')!, {});
    expectStatus(stopped, 200);
    expect(stopped.body.stopTime).toBeDefined();
    expectStatus(await client().post(hrefOf(stopped.body, 'start')!, {}), 200);
    expectStatus(
      await client().post(machine.meters.href, { meterTemplate: { meterConfig: { aspect: 'noise' } } }),
      400,
    );
    expectStatus(await client().post('meters', { meterTemplate: { meterConfig: { aspect: 'cpu' } } }), 400);
    expectStatus(await cimiClient(world(), world().other.token).get(made.body.id), 404);
    expectStatus(await client().delete(made.body.id), 200);
    expectStatus(await client().get(made.body.id), 404);
  });
});
