/**
 * Recorded conversations: what a client sends, byte by byte, and what it is answered. Whatever differs from one run to the next
 * (ids, times, addresses) is written as a name. A change here is a change for existing clients.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useApi } from '../api-fixture.js';

const GOLDEN = join(import.meta.dirname, 'transcripts');
const NS = 'http://schemas.dmtf.org/cimi/1';
const world = useApi();

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const JSON_TYPE = { Accept: 'application/json', 'Content-Type': 'application/json' };
const XML_TYPE = { Accept: 'application/xml', 'Content-Type': 'application/xml' };
/** Headers that belong to the protocol. */
const SHOWN = [
  'content-type',
  'cimi-specification-version',
  'cimi-job-uri',
  'location',
  'etag',
  'allow',
  'www-authenticate',
];

/** One conversation: later requests may use what earlier ones were answered. */
class Conversation {
  private readonly lines: string[] = [];
  private readonly names = new Map<string, string>();

  async send({ method, path, headers = {}, body }: Sent, who: 'tenant' | 'nobody' = 'tenant') {
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    const target = path.startsWith('http') ? new URL(path).pathname + new URL(path).search : path;
    const test = world().http()[verb](target);
    for (const [name, value] of Object.entries(headers)) test.set(name, value);
    if (who === 'tenant')
      test.set('Authorization', `Basic ${Buffer.from(`tenant:${world().demoToken}`).toString('base64')}`);
    const answer = await (body === undefined ? test : test.send(body));
    const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    this.lines.push(
      `> ${method} ${target}`,
      ...shown.map((line) => `> ${line}`),
      '',
      ...(body === undefined ? [] : [body, '']),
    );
    const answered = SHOWN.flatMap((name) =>
      answer.headers[name] === undefined ? [] : [`< ${name}: ${answer.headers[name]}`],
    );
    this.lines.push(`< ${answer.status}`, ...answered, '', pretty(answer.text), '');
    return answer;
  }

  text(): string {
    return this.lines
      .join('\n')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://cloud')
      .replaceAll(/done-[\w-]+/g, (id) => this.named(id, 'done'))
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
        this.named(id, 'uuid'),
      )
      .replaceAll(/(?<=DEMO0001-)[A-Z0-9]{9}/g, (id) => this.named(id, 'SYSTEM'))
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
      .replaceAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g, (mac) => this.named(mac, 'mac'));
  }

  private named(text: string, kind: string): string {
    const name = this.names.get(text) ?? `<${kind}-${this.names.size + 1}>`;
    this.names.set(text, name);
    return name;
  }
}

function pretty(text: string): string {
  if (text.startsWith('{')) return JSON.stringify(JSON.parse(text), undefined, 2);
  return text.replaceAll('><', '>\n<');
}

const golden = (name: string) => join(GOLDEN, `${name}.txt`);
const template = {
  initialState: 'STOPPED',
  machineConfig: { href: 'machine_configurations/standard.small' },
  machineImage: { href: 'machine_images/debian-13' },
};

describe('a conversation', () => {
  it('about the entry point', async () => {
    const talk = new Conversation();
    await talk.send({ method: 'GET', path: '/cimi/cloudEntryPoint', headers: { Accept: '*/*' } }, 'nobody');
    await talk.send(
      { method: 'GET', path: '/cimi/cloudEntryPoint', headers: { Accept: 'application/xml' } },
      'nobody',
    );
    await talk.send({ method: 'GET', path: '/cimi/2/cloudEntryPoint?$format=xml' }, 'nobody');
    await talk.send({ method: 'GET', path: '/cimi/machines' }, 'nobody');
    await talk.send({
      method: 'GET',
      path: '/cimi/resource_metadata/machine',
      headers: { Accept: 'application/xml' },
    });
    await expect(talk.text()).toMatchFileSnapshot(golden('entry-point'));
  });

  it('about a machine in JSON', async () => {
    const talk = new Conversation();
    const body = JSON.stringify({
      resourceURI: `${NS}/MachineCreate`,
      name: 'db1',
      description: 'Database',
      properties: { costCentre: '4711' },
      machineTemplate: template,
    });
    const made = await talk.send({ method: 'POST', path: '/cimi/machines', headers: JSON_TYPE, body });
    const { id } = made.body;
    await talk.send({ method: 'GET', path: made.headers['cimi-job-uri']! });
    await talk.send({
      method: 'GET',
      path: `/cimi/machines?$filter=name='db1'&$select=name,memory,operations`,
    });
    await talk.send({ method: 'GET', path: `${id}/disks` });
    await talk.send({ method: 'GET', path: `${id}/network_interfaces` });
    await talk.send({
      method: 'PUT',
      path: `${id}?$select=name,description`,
      headers: JSON_TYPE,
      body: '{"name": "db-a"}',
    });
    await talk.send({ method: 'PUT', path: `${id}?$select=name`, headers: JSON_TYPE, body: '{"cpu": 2}' });
    const stop = JSON.stringify({ action: `${NS}/action/pause` });
    await talk.send({ method: 'POST', path: `${id}/pause`, headers: JSON_TYPE, body: stop });
    await talk.send({ method: 'DELETE', path: id, headers: JSON_TYPE });
    await expect(talk.text()).toMatchFileSnapshot(golden('machine-json'));
  });

  it('about a machine in the XML of sloppy clients', async () => {
    const talk = new Conversation();
    const body = `<machineCreate><name> web </name><property key="a">1</property><machineTemplate>
  <machineConfig href="machine_configurations/standard.small"/>
  <machineImage href="/cimi/machine_images/debian-13"/>
  <volumeTemplate initialLocation="/dev/xvdb"><volumeConfig><capacity> 5000000 </capacity></volumeConfig></volumeTemplate>
</machineTemplate></machineCreate>`;
    const made = await talk.send({ method: 'POST', path: '/cimi/machines', headers: XML_TYPE, body });
    const id = /<id>([^<]+)/.exec(made.text)![1]!;
    await talk.send({ method: 'GET', path: `${id}/volumes`, headers: { Accept: 'text/xml' } });
    const wrong = `<Action><action>http://http://schemas.dmtf.org/cimi/1/action/start</action></Action>`;
    await talk.send({ method: 'POST', path: `${id}/start`, headers: XML_TYPE, body: wrong });
    await talk.send({
      method: 'POST',
      path: `${id}/start`,
      headers: XML_TYPE,
      body: '<!DOCTYPE a []><Action/>',
    });
    await talk.send({
      method: 'GET',
      path: '/cimi/2/machines?$last=1',
      headers: { Accept: 'application/xml' },
    });
    await expect(talk.text()).toMatchFileSnapshot(golden('machine-xml'));
  });

  it('about a system', async () => {
    const talk = new Conversation();
    const body = `<SystemCreate xmlns="${NS}"><name>shop</name><systemTemplate href="system_templates/three-tier"/></SystemCreate>`;
    const made = await talk.send({ method: 'POST', path: '/cimi/systems', headers: XML_TYPE, body });
    const id = /<id>([^<]+)/.exec(made.text)![1]!;
    await talk.send({ method: 'GET', path: `${id}/machines`, headers: { Accept: 'application/json' } });
    await talk.send({ method: 'GET', path: `${id}/efms`, headers: { Accept: 'application/xml' } });
    await talk.send({
      method: 'GET',
      path: '/cimi/system_templates/three-tier',
      headers: { Accept: 'application/json' },
    });
    await talk.send({
      method: 'GET',
      path: `/cimi/machines?$filter=state=`,
      headers: { Accept: 'application/xml' },
    });
    await talk.send({
      method: 'DELETE',
      path: id,
      headers: { Accept: 'application/json', 'If-Match': '"7"' },
    });
    await talk.send({
      method: 'DELETE',
      path: id,
      headers: { Accept: 'application/json', 'If-Match': '"1"' },
    });
    await expect(talk.text()).toMatchFileSnapshot(golden('system'));
  });

  it('about appliances, groups of networks and OVF', async () => {
    const talk = new Conversation();
    const network = (name: string) =>
      `<componentDescriptor><name>${name}</name><type>${NS}/Network</type><networkTemplate><networkConfig><networkType>PRIVATE</networkType></networkConfig></networkTemplate></componentDescriptor>`;
    const body = `<SystemCreate xmlns="${NS}"><name>parts</name><systemTemplate>${network('front')}${network('back')}</systemTemplate></SystemCreate>`;
    const made = await talk.send({ method: 'POST', path: '/cimi/systems', headers: XML_TYPE, body });
    const id = /<id>([^<]+)/.exec(made.text)![1]!;
    const nets = ['FRONT', 'BACK'].map((name) => `networks/${id.split('/').at(-1)}-N-${name}`);
    const group = `<ForwardingGroupCreate xmlns="${NS}"><forwardingGroupTemplate>${nets.map((href) => `<network href="${href}"/>`).join('')}</forwardingGroupTemplate></ForwardingGroupCreate>`;
    await talk.send({ method: 'POST', path: '/cimi/forwarding_groups', headers: XML_TYPE, body: group });
    const service = {
      name: 'balancer',
      networkServiceTemplate: { type: 'Load Balancer', networks: [{ href: nets[0] }] },
    };
    await talk.send({
      method: 'POST',
      path: '/cimi/2/network_services',
      headers: JSON_TYPE,
      body: JSON.stringify(service),
    });
    const asOvf = JSON.stringify({ format: 'application/ovf+xml' });
    await talk.send({ method: 'POST', path: `${id}/export`, headers: JSON_TYPE, body: asOvf });
    await talk.send({ method: 'GET', path: `${id}/envelope` });
    await expect(talk.text()).toMatchFileSnapshot(golden('parts'));
  });
});
