import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findChild, type XmlElement } from '../src/http/xml/xml-element.js';
import { newName, useApi } from './api-fixture.js';
import { FgcpClient, newFgcpUser, type FgcpAnswer } from './fgcp-fixture.js';

const world = useApi();
let client: FgcpClient;
let vsysId: string;
let slb: string;
let publicIp: string;
let webIp: string;
const fw = () => `${vsysId}-S-0001`;

const get = async (efmId: string, configurationName: string, block?: string): Promise<FgcpAnswer> =>
  client.call(
    'GetEFMConfiguration',
    { vsysId, efmId, configurationName },
    block === undefined ? undefined : filesOf(block),
  );
const update = async (
  efmId: string,
  configurationName: string,
  block: string,
  more: Record<string, Buffer> = {},
) =>
  client.send('UpdateEFMConfiguration', { vsysId, efmId, configurationName }, { ...filesOf(block), ...more });
const filesOf = (block: string) => ({
  configurationXMLFilePath: `<Request><configuration>${block}</configuration></Request>`,
});
const ok = async (answer: Promise<FgcpAnswer>): Promise<void> => {
  const { status, message } = await answer;
  expect(`${status} ${message}`).toBe('SUCCESS Processing was completed.');
};
const plain = (element: XmlElement): unknown =>
  element.children.length === 0 ? element.text : element.children.map((child) => [child.name, plain(child)]);

beforeAll(async () => {
  client = new FgcpClient(world(), await newFgcpUser(world(), world().demoToken));
  const created = await client.call('CreateVSYS', {
    vsysDescriptorId: '2-tier Skeleton',
    vsysName: newName('efms'),
  });
  vsysId = created.text('vsysId');
  for (const [name, segment] of [
    ['Web', 'DMZ'],
    ['App', 'SECURE1'],
  ])
    await client.call('CreateVServer', {
      vsysId,
      vserverName: name ?? '',
      vserverType: 'standard.small',
      diskImageId: 'debian-13',
      networkId: `${vsysId}-N-${segment}`,
    });
  const lb = { vsysId, efmType: 'SLB', efmName: 'SLB1', networkId: `${vsysId}-N-DMZ` };
  slb = (await client.call('CreateEFM', lb)).text('efmId');
  await client.call('AllocatePublicIP', { vsysId });
  publicIp = (await client.call('ListPublicIP', { vsysId })).texts('address')[0] ?? '';
  await client.call('AttachPublicIP', { vsysId, publicIp });
  const web = await client.call('GetVServerConfiguration', { vsysId, vserverId: `${vsysId}-S-0002` });
  webIp = web.texts('privateIp')[0] ?? '';
});

describe('translation of addresses', () => {
  const rulesNow = async () => (await get(fw(), 'FW_NAT_RULE')).root;
  const rule = (inside: string) => `<firewall_nat>${inside}</firewall_nat>`;

  it('shows attached addresses that lead nowhere', async () => {
    const efm = findChild(await rulesNow(), 'efm');
    expect(efm && findChild(efm, 'firewall')).toMatchObject({
      children: [
        {
          name: 'nat',
          children: [{ name: 'rules', children: [{ children: [{ text: publicIp }, { text: 'false' }] }] }],
        },
        { name: 'status' },
      ],
    });
  });

  it('is replaced as a whole, and read again as it was written', async () => {
    await ok(
      update(
        fw(),
        'FW_NAT_RULE',
        rule(
          `<rule><publicIp>${publicIp}</publicIp><privateIp>${webIp}</privateIp><snapt>true</snapt></rule>`,
        ),
      ),
    );
    const shown = await get(fw(), 'FW_NAT_RULE');
    expect([shown.texts('privateIp'), shown.texts('snapt')]).toEqual([[webIp], ['true']]);
    const config = await world().as(world().demoToken).get(`/v1/efms/${fw()}/configuration`);
    expect(config.body).toMatchObject({
      config: { staticNat: [{ server: 'web' }], sourceNat: { publicIp: 'ip' } },
    });
    const detached = await client.send('AttachPublicIP', { vsysId, publicIp });
    expect(detached.status).toBe('ALREADY_ATTACHED');
  });

  it('takes a whole load balancer for its address', async () => {
    const vip = (await client.call('GetEFMAttributes', { vsysId, efmId: slb })).text('efm', 'slbVip');
    const efm = `<privateIp><creator>x</creator><efmId>${slb}</efmId><slbVip>${vip}</slbVip></privateIp>`;
    await ok(update(fw(), 'FW_NAT_RULE', rule(`<rule><publicIp>${publicIp}</publicIp>${efm}</rule>`)));
    expect((await get(fw(), 'FW_NAT_RULE')).texts('privateIp')).toEqual([vip]);
  });

  it('refuses addresses that are nobody’s', async () => {
    const odd = await update(
      fw(),
      'FW_NAT_RULE',
      rule(`<rule><publicIp>${publicIp}</publicIp><privateIp>10.9.9.9</privateIp></rule>`),
    );
    expect(odd.message).toBe('A wrong value is set.:[privateIp]');
    const foreign = await update(fw(), 'FW_NAT_RULE', rule('<rule><publicIp>192.0.2.1</publicIp></rule>'));
    expect(foreign.message).toBe('A wrong value is set.:[publicIp]');
  });

  it('is cleared by nothing, and ends with the attachment', async () => {
    await ok(update(fw(), 'FW_NAT_RULE', rule('')));
    expect((await get(fw(), 'FW_NAT_RULE')).texts('privateIp')).toEqual([]);
  });
});

describe('policies', () => {
  const policy = (fields: Record<string, string>) =>
    `<policy>${Object.entries(fields)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</policy>`;
  const direction = (from: string, to: string, ...policies: string[]) =>
    `<direction><from>${from}</from><to>${to}</to><policies>${policies.join('')}</policies></direction>`;
  const policies = (...directions: string[]) =>
    `<firewall_policy><directions>${directions.join('')}</directions></firewall_policy>`;
  const web = {
    id: '443',
    action: 'Accept',
    log: 'On',
    protocol: 'tcp',
    src: 'any',
    srcType: 'IP',
    srcPort: 'any',
    dstType: 'IP',
    dstPort: '443',
    dstService: 'NONE',
  };

  it('are replaced as a whole, and read again as they were written', async () => {
    const nat = `<firewall_nat><rule><publicIp>${publicIp}</publicIp><privateIp>${webIp}</privateIp></rule></firewall_nat>`;
    await ok(update(fw(), 'FW_NAT_RULE', nat));
    await ok(
      update(
        fw(),
        'FW_POLICY',
        policies(
          '<direction><policies><policy><log>On</log></policy></policies></direction>',
          direction('INTERNET', `${vsysId}-N-DMZ`, policy({ ...web, dst: publicIp })),
          direction(
            `${vsysId}-N-DMZ`,
            'INTERNET',
            policy({ id: '053', action: 'Accept', log: 'Off', src: 'any', dst: 'any', dstService: 'DNS' }),
          ),
          direction(
            `${vsysId}-N-DMZ`,
            `${vsysId}-N-SECURE1`,
            policy({
              ...web,
              id: '200',
              protocol: 'tcp-udp',
              dst: '192.168.1.0/24',
              dstPort: '8000-8010,9000',
            }),
            policy({
              id: '100',
              action: 'Deny',
              log: 'Off',
              protocol: 'icmp',
              src: webIp,
              dst: 'any',
              dstService: 'NONE',
            }),
          ),
        ),
      ),
    );
    const shown = await get(fw(), 'FW_POLICY');
    expect(shown.texts('id').filter((id) => id !== '50000')).toEqual(['45053', '10100', '10200', '35443']);
    const efm = findChild(shown.root, 'efm');
    const firewall = efm && findChild(efm, 'firewall');
    const directions = firewall && findChild(firewall, 'directions');
    expect(directions?.children.at(-1) && plain(directions.children.at(-1) ?? shown.root)).toEqual([
      ['from', `${vsysId}-N-INTERNET`],
      [
        'policies',
        [
          [
            'policy',
            [
              ['action', 'Accept'],
              ['dst', publicIp],
              ['dstPort', '443'],
              ['dstService', 'NONE'],
              ['dstType', 'IP'],
              ['id', '35443'],
              ['log', 'On'],
              ['protocol', 'tcp'],
              ['src', 'any'],
              ['srcPort', 'any'],
              ['srcType', 'IP'],
            ],
          ],
        ],
      ],
      ['to', `${vsysId}-N-DMZ`],
    ]);
    const rest = await world().as(world().demoToken).get(`/v1/efms/${fw()}/configuration`);
    const { config } = rest.body as { config: { rules: { name: string; destinations?: string[] }[] } };
    expect(config.rules.map(({ name }) => name)).toEqual([
      'p45053-dns-1',
      'p45053-dns-2',
      'p10100',
      'p10200-tcp',
      'p10200-udp',
      'p35443',
    ]);
    expect(config.rules.at(-1)?.destinations).toEqual(['web']);
  });

  it('follow the public address when it leads elsewhere', async () => {
    const appIp = (
      await client.call('GetVServerConfiguration', { vsysId, vserverId: `${vsysId}-S-0003` })
    ).texts('privateIp')[0];
    const nat = `<firewall_nat><rule><publicIp>${publicIp}</publicIp><privateIp>${appIp}</privateIp></rule></firewall_nat>`;
    await ok(update(fw(), 'FW_NAT_RULE', nat));
    const rest = await world().as(world().demoToken).get(`/v1/efms/${fw()}/configuration`);
    const { config } = rest.body as { config: { rules: { destinations?: string[] }[] } };
    expect(config.rules.at(-1)?.destinations).toEqual(['app']);
    expect((await get(fw(), 'FW_POLICY')).texts('dst')).toContain(publicIp);
  });

  it('are shown by direction', async () => {
    const filter = `<firewall_policy><from>INTERNET</from><to>${vsysId}-N-DMZ</to></firewall_policy>`;
    expect((await get(fw(), 'FW_POLICY', filter)).texts('id')).toEqual(['50000', '35443']);
    const empty = '<firewall_policy><from/><to/></firewall_policy>';
    expect((await get(fw(), 'FW_POLICY', empty)).texts('id')).toContain('10100');
  });

  it.each([
    [
      'ways that there are not',
      direction('INTERNET', 'SECURE1', policy({ ...web, dst: 'any' })),
      '[from, to]',
    ],
    ['zones that there are not', direction('SECURE2', 'DMZ', policy({ ...web, dst: 'any' })), '[from]'],
    ['odd ids', direction('DMZ', 'SECURE1', policy({ ...web, id: '1', dst: 'any' })), '[id]'],
    ['odd addresses', direction('DMZ', 'SECURE1', policy({ ...web, dst: '1.2.3' })), '[dst]'],
    ['odd ports', direction('DMZ', 'SECURE1', policy({ ...web, dst: 'any', dstPort: '70000' })), '[dstPort]'],
    ['names', direction('DMZ', 'SECURE1', policy({ ...web, dst: 'a.b', dstType: 'FQDN' })), '[dstType]'],
  ])('are not made of %s', async (_what, block, words) => {
    const { status, message } = await update(fw(), 'FW_POLICY', policies(block));
    expect(status).toMatch(/^(VALIDATION_ERROR|UNSUPPORT_ERROR)$/);
    expect(message).toContain(words);
    expect((await get(fw(), 'FW_POLICY')).texts('id')).toContain('10100');
  });

  it('look at the ports that connections come from', async () => {
    const from = policy({ ...web, id: '100', dst: 'any', srcPort: '1024-65535' });
    await ok(update(fw(), 'FW_POLICY', policies(direction('DMZ', 'SECURE1', from))));
    expect((await get(fw(), 'FW_POLICY')).texts('srcPort')).toContain('1024-65535');
    const { body } = await world().as(world().demoToken).get(`/v1/efms/${fw()}/configuration`);
    expect(body.config.rules).toMatchObject([{ sourcePorts: ['1024-65535'], ports: [443] }]);
  });

  it('have limits that are a table', async () => {
    const shown = await get(fw(), 'FW_LIMIT_POLICY');
    expect(shown.texts('prefix')).toHaveLength(36);
    const one = '<firewall_limit_policy><from>INTERNET</from><to>DMZ</to></firewall_limit_policy>';
    expect((await get(fw(), 'FW_LIMIT_POLICY', one)).texts('prefix')).toEqual(['35']);
  });
});

describe('a firewall', () => {
  it('knows name servers', async () => {
    expect((await get(fw(), 'FW_DNS')).text('efm', 'firewall', 'dns', 'type')).toBe('AUTO');
    await ok(
      update(fw(), 'FW_DNS', '<firewall_dns><type>MANUAL</type><primary>192.0.2.53</primary></firewall_dns>'),
    );
    expect((await get(fw(), 'FW_DNS')).text('efm', 'firewall', 'dns', 'primary')).toBe('192.0.2.53');
    await ok(update(fw(), 'FW_DNS', '<firewall_dns><type>AUTO</type></firewall_dns>'));
    expect((await get(fw(), 'FW_DNS')).text('efm', 'firewall', 'dns', 'type')).toBe('AUTO');
  });

  it('has a log and a version, and no rules of load balancers', async () => {
    expect((await get(fw(), 'FW_LOG')).text('efm', 'firewall', 'log')).toBe('');
    expect((await get(fw(), 'EFM_UPDATE')).text('efm', 'firewall', 'firmUpdateExist')).toBe('false');
    const wrong = { vsysId, efmId: fw(), configurationName: 'SLB_RULE' };
    expect((await client.send('GetEFMConfiguration', wrong)).message).toBe(
      'A wrong value is set.:[configurationName]',
    );
  });
});

describe('a load balancer', () => {
  const group = (fields: string, server = `${vsysId}-S-0002`) =>
    `<loadbalancer_rule><groups><group>${fields}<targets><target><serverId>${server}</serverId><port1>8080</port1></target></targets></group></groups></loadbalancer_rule>`;
  const http = '<id>10</id><protocol>http</protocol><port1>80</port1><balanceType>round-robin</balanceType>';

  it('has no groups, and no statistics, at first', async () => {
    const shown = await get(slb, 'SLB_RULE');
    expect(shown.texts('groups')).toEqual([]);
    expect(shown.text('efm', 'loadbalancer', 'ipAddress')).toBe(shown.text('efm', 'slbVip'));
    const none = { vsysId, efmId: slb, configurationName: 'SLB_LOAD_STATISTICS' };
    expect((await client.send('GetEFMConfiguration', none)).status).toBe('NONE_LB_RULE');
  });

  it('has groups replaced as a whole, and read again as they were written', async () => {
    await ok(
      update(
        slb,
        'SLB_RULE',
        group(
          `${http}<monitorType>ping</monitorType><uniqueType>By IP address</uniqueType><uniqueRetention>90</uniqueRetention><interval>60</interval><timeout>10</timeout><retryCount>3</retryCount><maxConnection>58000</maxConnection>`,
        ),
      ),
    );
    const shown = await get(slb, 'SLB_RULE');
    const first = (name: string) => shown.texts(name)[0];
    expect(
      [
        'id',
        'protocol',
        'uniqueType',
        'uniqueRetention',
        'interval',
        'timeout',
        'retryCount',
        'maxConnection',
      ].map(first),
    ).toEqual(['10', 'http', 'By IP address', '90', '60', '10', '3', '58000']);
    expect([first('serverId'), first('serverName'), shown.texts('port1')]).toEqual([
      `${vsysId}-S-0002`,
      'Web',
      ['80', '8080'],
    ]);
    expect((await get(slb, 'SLB_LOAD_STATISTICS')).texts('now')).toEqual(['0']);
    expect((await get(slb, 'SLB_ERROR_STATISTICS')).texts('cat')).toEqual(['CONNECTION']);
  });

  it('takes a server out and in', async () => {
    const where = `<id>10</id><ipAddress>${webIp}</ipAddress>`;
    const stateNow = async () => {
      const { body } = await world().as(world().demoToken).get(`/v1/efms/${slb}/configuration`);
      const { config } = body as { config: { listeners: { memberStates?: Record<string, string> }[] } };
      return config.listeners[0]?.memberStates?.['web'];
    };
    const start = `<loadbalancer_start_maintenance>${where}</loadbalancer_start_maintenance>`;
    await ok(update(slb, 'SLB_START_MAINTENANCE', start));
    expect(await stateNow()).toBe('maintenance');
    const stop = `<loadbalancer_stop_maintenance>${where}</loadbalancer_stop_maintenance>`;
    await ok(update(slb, 'SLB_STOP_MAINTENANCE', stop));
    expect(await stateNow()).toBe('ready');
  });

  it.each([
    ['servers that there are not', http, 'nobody', '[serverId]'],
    ['odd protocols', http.replace('http<', 'gopher<'), undefined, '[protocol]'],
    ['odd balances', http.replace('round-robin', 'dice'), undefined, '[balanceType]'],
  ])('has no %s', async (_what, fields, server, words) => {
    const { status, message } = await update(slb, 'SLB_RULE', group(fields, server));
    expect([status, message]).toEqual(['VALIDATION_ERROR', `A wrong value is set.:${words}`]);
  });

  it('opens TLS with a certificate of a PKCS#12 file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fgcp-'));
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-days',
      '30',
      '-subj',
      '/CN=shop.example',
    );
    openssl('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 'c.p12', '-passout', 'pass:open');
    const filePath = readFileSync(join(folder, 'c.p12'));
    rmSync(folder, { recursive: true });
    const block = (inside: string) =>
      `<loadbalancer_certificate><certNum>1</certNum>${inside}</loadbalancer_certificate>`;
    const wrong = await update(slb, 'SLB_CERTIFICATE_ADD', block('<passphrase>shut</passphrase>'), {
      filePath,
    });
    expect(wrong.message).toBe('A wrong value is set.:[filePath, passphrase]');
    await ok(update(slb, 'SLB_CERTIFICATE_ADD', block('<passphrase>open</passphrase>'), { filePath }));
    const https = http.replace('http<', 'https<').replace('>80<', '>443<');
    await ok(update(slb, 'SLB_RULE', group(https)));
    await ok(update(slb, 'SLB_CERTIFICATE_SET', block('<id>10</id>')));
    const shown = await get(slb, 'SLB_CERTIFICATE_LIST');
    expect([shown.texts('certNum'), shown.texts('groupId'), shown.texts('subject')]).toEqual([
      ['1'],
      ['10'],
      ['CN=shop.example'],
    ]);
    expect((await get(slb, 'SLB_RULE')).texts('certNum')).toEqual(['1']);
    await ok(update(slb, 'SLB_CERTIFICATE_RELEASE', block('')));
    await ok(update(slb, 'SLB_CERTIFICATE_DELETE', block('')));
    expect((await get(slb, 'SLB_CERTIFICATE_LIST')).texts('certNum')).toEqual([]);
  });

  it('shows the certificates of authorities behind those that they signed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fgcp-'));
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    const request = ['req', '-newkey', 'rsa:2048', '-nodes'];
    openssl(...request, '-x509', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '9', '-subj', '/CN=Middle');
    openssl(...request, '-keyout', 'k.pem', '-out', 'r.pem', '-subj', '/CN=shop.example');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '9'];
    openssl('x509', '-req', '-in', 'r.pem', '-out', 'c.pem', ...signed);
    openssl('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 'c.p12', '-passout', 'pass:open');
    const [server, authority] = ['c.p12', 'ca.pem'].map((name) => readFileSync(join(folder, name)));
    rmSync(folder, { recursive: true });
    const add =
      '<loadbalancer_certificate><certNum>2</certNum><passphrase>open</passphrase></loadbalancer_certificate>';
    await ok(update(slb, 'SLB_CERTIFICATE_ADD', add, { filePath: server! }));
    const cca = '<loadbalancer_cca_certificate><ccacertNum>7</ccacertNum></loadbalancer_cca_certificate>';
    const wrong = await update(slb, 'SLB_CCA_CERTIFICATE_ADD', cca, { filePath: Buffer.from('nothing') });
    expect(wrong.message).toBe('A wrong value is set.:[filePath]');
    await ok(update(slb, 'SLB_CCA_CERTIFICATE_ADD', cca, { filePath: authority! }));
    const list = await get(slb, 'SLB_CERTIFICATE_LIST');
    expect([list.texts('ccacertNum'), list.texts('certNum')]).toEqual([['7'], ['2']]);
    expect(list.texts('subject')).toEqual(['CN=Middle', 'CN=shop.example']);
    const { body } = await world().as(world().demoToken).get(`/v1/efms/${slb}/configuration`);
    const { certificate } = body.config.certificates['cert-2'] as { certificate: string };
    expect(certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    await ok(update(slb, 'SLB_CCA_CERTIFICATE_DELETE', cca));
    expect((await get(slb, 'SLB_CERTIFICATE_LIST')).texts('ccacertNum')).toEqual([]);
    expect((await update(slb, 'SLB_CCA_CERTIFICATE_DELETE', cca)).message).toBe(
      'A wrong value is set.:[ccacertNum]',
    );
  });

  it('counts anew when its statistics are cleared', async () => {
    const errors = async () => (await get(slb, 'SLB_ERROR_STATISTICS')).texts('total');
    const report = async (count: number) =>
      world().database.transaction(async (session) =>
        session.change(
          `INSERT INTO efm_agent (vserver_id, organization_id, token_hash, created_at, members)
            SELECT id, organization_id, decode(md5(id), 'hex'), now(), $2::jsonb FROM vserver WHERE id = $1
            ON CONFLICT (vserver_id) DO UPDATE SET members = excluded.members`,
          [slb, JSON.stringify([{ proxy: 'to-g10-tls', member: 'web', errors: count }])],
        ),
      );
    await report(5);
    expect(await errors()).toEqual(['5']);
    const clear = (name: string) =>
      client.call('UpdateEFMConfiguration', { vsysId, efmId: slb, configurationName: name });
    await clear('SLB_LOAD_STATISTICS_CLEAR');
    expect(await errors()).toEqual(['5']);
    await clear('SLB_ERROR_STATISTICS_CLEAR');
    expect(await errors()).toEqual(['0']);
    await report(7);
    expect(await errors()).toEqual(['2']);
    const rest = world().as(world().demoToken);
    await rest.post(`/v1/efms/${slb}/counters/reset`).send({}).expect(204);
    expect((await rest.get(`/v1/efms/${slb}/counters`)).body.since).toMatch(/^\d{4}-/);
  });

  it('loses all groups at once', async () => {
    await ok(update(slb, 'SLB_RULE', '<loadbalancer_rule><groups/></loadbalancer_rule>'));
    expect((await get(slb, 'SLB_RULE')).texts('groups')).toEqual([]);
  });
});
