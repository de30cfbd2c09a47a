/** CIMI 2.0 at its own entry point: the same things, wrapped lists, the other network family. */
import { describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, hrefOf, threeTier } from './cimi-fixture.js';

const NS2 = 'http://schemas.dmtf.org/cimi/2';
const world = useApi();
const client = () => cimiClient(world(), world().demoToken);
const xml = () => cimiClient(world(), world().demoToken, 'xml');
const system = async () => threeTier(world(), world().demoToken, world().demo.vdcId, newName('cimi2'));

describe('version 2', () => {
  it('has an entry point of its own, without a version header, whose collections all answer', async () => {
    const { body, headers } = await world().http().get('/cimi/2/cloudEntryPoint');
    expect(body.resourceURI).toBe(`${NS2}/CloudEntryPoint`);
    expect(body.baseURI).toMatch(/\/cimi\/2\/$/);
    expect(headers).not.toHaveProperty('cimi-specification-version');
    expect(body).not.toHaveProperty('addresses');
    const collections = Object.entries<{ href?: string }>(body).filter(
      ([, value]) => value.href !== undefined,
    );
    for (const [, { href }] of collections) {
      expectStatus(await client().get(href!), 200);
      expectStatus(await client().get(`${href}?$format=xml`), 200);
    }
  });

  it('shows components themselves, with their parents, and appliances as services', async () => {
    const id = await system();
    const { body } = await client().get(`2/systems/${id}`);
    const machines = await client().get(body.machines.href);
    expect(machines.body).toMatchObject({ resourceURI: `${NS2}/MachineCollection`, count: 3 });
    const machine = machines.body.machines[0];
    expect(machine.parent).toBe(body.id);
    const cards = await client().get(`${machine.interfaces.href}?$expand=endpoints`);
    expect(cards.body.networkInterfaces[0]).toMatchObject({ parent: machine.id });
    const endpoints = cards.body.networkInterfaces[0].endpoints.protocolEndpoints;
    expect(endpoints.map((each: { protocol: string }) => each.protocol).toSorted()).toEqual([
      'Ethernet',
      'IPv4',
    ]);
    const nets = await client().get(body.networks.href);
    const segments = await client().get(nets.body.networks[0].segments.href);
    expect(segments.body.count).toBe(2);
    const services = await client().get(body.networkServices.href);
    expect(services.body.services.map((each: { type: string }) => each.type).toSorted()).toEqual([
      'Firewall',
      'Load Balancer',
    ]);
    const firewall = await client().get(services.body.services[0].id);
    const rules = JSON.parse(firewall.body.policies.configuration);
    expect(rules).toHaveProperty('rules');
    const changed = await client().put(`${firewall.body.id}?$select=policies`, {
      policies: { configuration: JSON.stringify({ ...rules, rules: rules.rules.slice(1) }) },
    });
    expectStatus(changed, 202);
    expect(JSON.parse(changed.body.policies.configuration).rules).toHaveLength(rules.rules.length - 1);
  });

  it('wraps lists in XML and attaches volumes by insertion', async () => {
    const made = await xml().post(
      '2/machines',
      `<MachineCreate xmlns="${NS2}"><name>two</name><properties><property key="a">b</property></properties>
       <machineTemplate><machineConfig href="machine_configurations/standard.small"/>
       <machineImage href="machine_images/debian-13"/></machineTemplate></MachineCreate>`,
    );
    expectStatus(made, 202);
    expect(made.text).toContain('<properties><property key="a">b</property></properties>');
    expect(made.text).toContain('<operations><operation ');
    const machine = /<id>([^<]+)<\/id>/.exec(made.text)![1]!;
    const list = await xml().get('2/machines');
    expect(list.text).toMatch(/<machines><Machine>.*<\/Machine><\/machines>/s);
    const volume = await client().post('2/volumes', {
      name: 'v2',
      volumeTemplate: { volumeConfig: { capacity: 5_000_000 } },
    });
    expectStatus(volume, 202);
    const volumes = await client().get(`${machine}/volumes`);
    expectStatus(
      await client().post(hrefOf(volumes.body, 'insert')!, {
        action: `${NS2}/action/insert`,
        volume: { href: volume.body.id },
      }),
      202,
    );
    expect((await client().get(`${machine}/volumes`)).body.volumes[0].id).toBe(volume.body.id);
    const v1 = await client().get(machine.replace('/cimi/2/', '/cimi/'));
    expect(v1.body).toMatchObject({ name: 'two', properties: { a: 'b' } });
  });
});

describe('appliances in version 1', () => {
  it('are an announced extension', async () => {
    const id = await system();
    const { body } = await client().get(`systems/${id}/efms`);
    const efm = await client().get(body.efms[0].id);
    expect(efm.body).toMatchObject({ resourceURI: 'urn:openvsys:cimi:Efm', type: expect.any(String) });
    const metadata = await client().get('resource_metadata/system');
    expect(metadata.body.attributes).toContainEqual(
      expect.objectContaining({ name: 'efms', namespace: 'urn:openvsys:cimi' }),
    );
    const seen = await xml().get(`systems/${id}`);
    expect(seen.text).toContain('<efms xmlns="urn:openvsys:cimi" href=');
    expectStatus(await client().post(hrefOf(efm.body, 'stop')!, {}), 202);
  });
});

describe('images of volumes', () => {
  it('are back-ups, and make new volumes', async () => {
    const id = await system();
    const volumes = await client().get(`systems/${id}/volumes?$expand=volume`);
    const { volume } = volumes.body.systemVolumes[0];
    const taken = await client().post('volume_images', { name: 'nightly', imageLocation: volume.id });
    expectStatus(taken, 202);
    expect(taken.body).toMatchObject({ name: 'nightly', state: 'CREATING' });
    expect((await client().get(volume.images.href)).body.count).toBe(1);
    expectStatus(await client().delete(taken.body.id), 202);
  });
});
