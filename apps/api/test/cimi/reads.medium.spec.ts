/** What CIMI clients of version 1 read. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, hrefOf, NS, threeTier } from './cimi-fixture.js';

const world = useApi();
const client = () => cimiClient(world(), world().demoToken);
const system = async () => threeTier(world(), world().demoToken, world().demo.vdcId, newName('cimi'));

describe('the entry point', () => {
  it('is open, names what answers and nothing else, and every collection it names answers', async () => {
    const { status, body, headers } = await world().http().get('/cimi/cloudEntryPoint');
    expect(status).toBe(200);
    expect(headers['cimi-specification-version']).toBe('1.1.0');
    expect(body).toMatchObject({ resourceURI: `${NS}/CloudEntryPoint`, name: 'OpenVSYS' });
    expect(body.baseURI).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cimi\/$/);
    const collections = Object.entries<{ href?: string }>(body).filter(
      ([, value]) => value.href !== undefined,
    );
    expect(collections.length).toBeGreaterThan(25);
    for (const [, { href }] of collections) {
      expect(href!.startsWith(body.baseURI)).toBe(true);
      for (const format of ['json', 'xml']) {
        const answer = await client().get(`${href}?$format=${format}`);
        expectStatus(answer, 200);
        expect(answer.text).toContain('Collection');
      }
    }
  });

  it('refuses versions, formats and callers that it does not know, as Jobs', async () => {
    const old = await world().http().get('/cimi/cloudEntryPoint').set('CIMI-Specification-Version', '0.9');
    expect(old.status).toBe(400);
    const two = await world().http().get('/cimi/cloudEntryPoint').set('CIMI-Specification-Version', '3, 1.0');
    expect(two.headers['cimi-specification-version']).toBe('1.0.1');
    expect((await world().http().get('/cimi/cloudEntryPoint').set('Accept', 'image/png')).status).toBe(406);
    const nobody = await world().http().get('/cimi/machines');
    expect(nobody.status).toBe(401);
    expect(nobody.headers['www-authenticate']).toContain('Basic realm=');
    expect(nobody.body).toMatchObject({
      resourceURI: `${NS}/Job`,
      id: '',
      state: 'FAILED',
      returnCode: 10_401,
    });
    const missing = await client().get('machines/DEMO0001-000000000-S-0001');
    expect(missing.status).toBe(404);
    const xml = await cimiClient(world(), world().demoToken, 'xml').get('nothing');
    expect(xml.status).toBe(404);
    expect(xml.text).toContain(`<Job xmlns="${NS}">`);
    expect((await client().post('machine_configurations', {})).status).toBe(405);
  });
});

describe('a system made through REST', () => {
  it('has its machines, volumes, networks and addresses under the same ids', async () => {
    const id = await system();
    const { body } = await client().get(`systems/${id}`);
    expect(body).toMatchObject({ resourceURI: `${NS}/System`, state: 'CREATING' });
    const machines = await client().get(body.machines.href);
    expect(machines.body).toMatchObject({ count: 3, resourceURI: `${NS}/SystemMachineCollection` });
    const first = machines.body.systemMachines[0];
    const machine = await client().get(first.machine.href);
    expect(machine.body).toMatchObject({
      resourceURI: `${NS}/Machine`,
      name: first.name,
      state: 'CREATING',
      cpu: expect.any(Number),
      memory: expect.any(Number),
      cpuArch: 'x86_64',
    });
    const rest = await world()
      .as(world().demoToken)
      .get(`/v1/vservers/${machine.body.id.split('/').at(-1)}`);
    expect(machine.body.memory).toBe(rest.body.memoryMiB * 1024);
    const all = await client().get(`machines?$filter=name='${machine.body.name}'`);
    expect(all.body.machines.map((each: { id: string }) => each.id)).toContain(machine.body.id);
    for (const name of ['disks', 'volumes', 'networkInterfaces', 'snapshots', 'meters', 'eventLog'])
      expectStatus(await client().get(machine.body[name].href), 200);
    const nets = await client().get(`${body.networks.href}?$expand=network`);
    expect(nets.body.systemNetworks[0].network).toMatchObject({ networkType: 'PRIVATE', state: 'CREATING' });
    expect((await client().get(body.addresses.href)).body.count).toBeGreaterThan(3);
    expect((await client().get(body.efms.href)).body.count).toBe(2);
    expect((await client().get(body.forwardingGroups.href)).body.count).toBe(1);
    const volumes = await client().get(body.volumes.href);
    const volume = await client().get(volumes.body.systemVolumes[0].volume.href);
    expect(volume.body).toMatchObject({ capacity: 21_474_836, bootable: false });
    const job = await client().get(`jobs?$filter=state='QUEUED'&$last=1`);
    expect(job.body.jobs[0]).toMatchObject({ progress: 0, action: `${NS}/action/add` });
    expect(hrefOf(job.body.jobs[0], 'stop')).toContain('/stop');
  });

  it('is chosen from, sorted and cut as the query says', async () => {
    await system();
    const { body } = await client().get(
      'machines?$orderby=name:desc,id&$first=2&$last=3&$select=name,memory',
    );
    expect(body.count).toBeGreaterThan(3);
    expect(body.machines).toHaveLength(2);
    expect(Object.keys(body.machines[0])).toEqual(['resourceURI', 'name', 'memory']);
    expect(body.machines[0].name >= body.machines[1].name).toBe(true);
    const none = await client().get("machines?$filter=state='STARTED'");
    expect(none.body).toMatchObject({ count: 0 });
    expect(none.body).not.toHaveProperty('machines');
    const wrong = await client().get('machines?$filter=state=');
    expect(wrong.status).toBe(400);
    const expanded = await client().get('systems?$expand=machines&$last=1');
    expect(expanded.body.systems[0].machines).toMatchObject({ count: 3 });
    const xml = await cimiClient(world(), world().demoToken, 'xml').get('machines?$last=1');
    expect(xml.headers['content-type']).toContain('application/xml');
    expect(xml.text).toMatch(
      /<Collection xmlns="[^"]+" resourceURI="[^"]+MachineCollection"><id>.*<Machine><id>/s,
    );
  });

  it('does not exist for another organization', async () => {
    const id = await system();
    const stranger = cimiClient(world(), world().other.token);
    expect((await stranger.get(`systems/${id}`)).status).toBe(404);
    expect((await stranger.get(`event_logs/${id}`)).status).toBe(404);
    expect((await stranger.get('machines')).body.count).toBe(0);
    expect((await stranger.get('jobs')).body.count).toBe(0);
  });
});
