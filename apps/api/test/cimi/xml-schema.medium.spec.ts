/**
 * Every kind of answer in XML against a schema that was written from the standard, by a validating parser.
 * It needs xmllint (Debian: libxml2-utils).
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from '../api-fixture.js';
import { cimiClient, expectStatus, threeTier } from './cimi-fixture.js';

const schemaOf = (version: 1 | 2): string => join(import.meta.dirname, `cimi-${version}.xsd`);
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint) process.stderr.write('SKIPPED: xmllint is missing, so XML of CIMI was not validated\n');

const world = useApi();
const json = () => cimiClient(world(), world().demoToken);
const xml = () => cimiClient(world(), world().demoToken, 'xml');

describe.runIf(hasXmllint)('XML', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openvsys-cimi-'));
  });
  afterAll(async () => rm(folder, { recursive: true, force: true }));

  let files: string[] = [];
  const keep = async (text: string) => {
    const path = join(folder, `${files.length}.xml`);
    await writeFile(path, text);
    files.push(path);
  };
  const validate = (version: 1 | 2) => {
    const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schemaOf(version), ...files], {
      encoding: 'utf8',
    });
    const wrong = stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' validates'));
    expect(wrong).toEqual([]);
    expect(status).toBe(0);
  };

  it('of version 1 is valid for the entry point, every collection and one of each kind', async () => {
    files = [];
    const id = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('xsd'));
    await fillShelves();
    const { body: entry } = await json().get('cloudEntryPoint');
    await keep((await xml().get('cloudEntryPoint')).text);
    const collections = Object.values<{ href?: string }>(entry).flatMap(({ href }) => href ?? []);
    const system = await json().get(`systems/${id}`);
    const machine = await json().get(
      (await json().get(system.body.machines.href)).body.systemMachines[0].machine.href,
    );
    for (const one of [system.body, machine.body])
      collections.push(...Object.values<{ href?: string }>(one).flatMap(({ href }) => href ?? []));
    for (const href of new Set(collections)) {
      const answer = await xml().get(href);
      expectStatus(answer, 200);
      await keep(answer.text);
      const first = /<(\w+)(?: xmlns="[^"]*")?><id>([^<]+)<\/id>/.exec(
        answer.text.replace(/^.*?<\/count>/s, ''),
      );
      if (first !== null && first[1] !== 'Efm') await keep((await xml().get(first[2]!)).text);
    }
    expect(files.length).toBeGreaterThan(60);
    validate(1);
  });

  it('of version 1 is valid for errors, accepted changes and expanded references', async () => {
    files = [];
    await keep((await xml().get('machines/none')).text);
    await keep((await world().http().get('/cimi/machines').set('Accept', 'application/xml')).text);
    await keep((await xml().get('machines?$expand=*&$last=2')).text);
    await keep((await xml().get('system_templates/three-tier?$expand=*')).text);
    const made = await xml().post(
      'volumes',
      '<VolumeCreate><volumeTemplate><volumeConfig><capacity>5000000</capacity></volumeConfig></volumeTemplate></VolumeCreate>',
    );
    expectStatus(made, 202);
    await keep(made.text);
    const deleted = await xml().delete(/<id>([^<]+)/.exec(made.text)![1]!);
    expectStatus(deleted, 202);
    expect(deleted.text).toContain('<Job ');
    await keep(deleted.text);
    validate(1);
  });

  it('of version 2 is valid for the entry point, every collection and one of each kind', async () => {
    files = [];
    const id = await threeTier(world(), world().demoToken, world().demo.vdcId, newName('xsd2'));
    const { body: entry } = await json().get('2/cloudEntryPoint');
    await keep((await xml().get('2/cloudEntryPoint')).text);
    const system = (await json().get(`2/systems/${id}`)).body;
    const machine = (await json().get(system.machines.href)).body.machines[0];
    const network = (await json().get(system.networks.href)).body.networks[0];
    const service = (await json().get(system.networkServices.href)).body.services[0];
    const collections = [entry, system, machine, network, service].flatMap((one) =>
      Object.values<{ href?: string }>(one).flatMap(({ href }) => href ?? []),
    );
    for (const href of new Set(collections)) {
      const answer = await xml().get(href);
      expectStatus(answer, 200);
      await keep(answer.text);
      const first = /<[A-Z]\w+><id>([^<]+)<\/id>/.exec(answer.text.replace(/^.*?<\/count>/s, ''));
      if (first !== null) await keep((await xml().get(first[1]!)).text);
    }
    await keep((await xml().get('2/machines/none')).text);
    await keep((await xml().get('2/interfaces?$expand=*&$last=2')).text);
    expect(files.length).toBeGreaterThan(40);
    validate(2);
  });
});

/** One of each kind that tenants store. */
async function fillShelves(): Promise<void> {
  const stored: Readonly<Record<string, object>> = {
    machine_templates: {
      initialState: 'STARTED',
      machineConfig: { cpu: 1, memory: 1_048_576 },
      machineImage: { href: 'machine_images/debian-13' },
      credential: { userName: 'admin', password: 'never shown' },
      volumes: [{ href: 'volumes/x', initialLocation: '/dev/xvdc' }],
      volumeTemplates: [{ initialLocation: '/dev/xvdb', volumeConfig: { capacity: 5_000_000 } }],
      networkInterfaces: [{ network: { href: 'networks/x' }, state: 'ACTIVE', mtu: 1_500 }],
      userData: 'IyEvYmluL3No',
    },
    credentials: { credentialTemplate: { userName: 'admin', password: 'never shown' } },
    credential_templates: { userName: 'admin' },
    volume_templates: { volumeConfig: { capacity: 5_000_000 } },
    volume_configurations: { capacity: 5_000_000, format: 'raw' },
    network_templates: { networkConfig: { networkType: 'PRIVATE' } },
    network_configurations: { networkType: 'PRIVATE', mtu: 1_400 },
    network_port_templates: { networkPortConfig: { portType: 'ACCESS' } },
    network_port_configurations: { portType: 'ACCESS' },
    address_templates: { allocation: 'dynamic', protocol: 'IPv4', dns: ['9.9.9.9', '1.1.1.1'] },
    forwarding_group_templates: { networks: [{ href: 'networks/a' }, { href: 'networks/b' }] },
    meter_templates: { meterConfig: { aspect: 'aspect/cpu', sampleInterval: 60 } },
    meter_configurations: { aspect: 'aspect/cpu', units: 'percent', intervalDuration: 'PT1H' },
    event_log_templates: { persistence: 'daily' },
  };
  for (const [path, body] of Object.entries(stored))
    expectStatus(await json().post(path, { name: `a ${path}`, properties: { a: '<&>' }, ...body }), 201);
}
