import { describe, expect, it } from 'vitest';
import { TLS, listener, loadBalancer, oldCertificate, paired } from '../../test/module-inputs.js';
import { adviseLoadBalancer } from './advise.js';
import { loadBalancerCounters } from './counters.js';
import { loadBalancerLog } from './logs.js';
import { loadBalancerVerdict } from './reachability.js';
import { renderLoadBalancer } from './render.js';
import { validateLoadBalancer } from './validate.js';

const TCP = { protocol: 'tcp', healthCheck: { ...listener().healthCheck, type: 'tcp', path: '/' } } as const;
const { keys: _, ...STORE } = TLS;
const secure = listener({ protocol: 'https', port: 443, certificates: ['www', 'shop'] });
const text = (input: Parameters<typeof renderLoadBalancer>[0]) =>
  renderLoadBalancer(input).files['haproxy.cfg'] ?? '';

describe('validating', () => {
  it('takes proper listeners', () => {
    expect(validateLoadBalancer(loadBalancer([listener(), listener({ name: 'tls', port: 443 })]))).toEqual(
      [],
    );
  });

  it.each([
    ['a name twice', [listener(), listener({ port: 81 })], '/config/listeners/1/name'],
    ['an address and port twice', [listener(), listener({ name: 'b' })], '/config/listeners/1/port'],
    [
      'a timeout longer than the interval',
      [listener({ healthCheck: { ...listener().healthCheck, timeoutSeconds: 9 } })],
      '/config/listeners/0/healthCheck/timeoutSeconds',
    ],
    [
      'a path of a tcp check',
      [listener({ healthCheck: { ...listener().healthCheck, type: 'tcp' } })],
      '/config/listeners/0/healthCheck/path',
    ],
    ['https without a certificate', [listener({ protocol: 'https' })], '/config/listeners/0/certificates'],
    [
      'client certificates without https',
      [listener({ clientCertificates: { authority: 'people', required: true } })],
      '/config/listeners/0/clientCertificates',
    ],
    [
      'cookies of tcp',
      [listener({ ...TCP, persistence: { type: 'cookie', seconds: 60 } })],
      '/config/listeners/0/persistence/type',
    ],
    ['an error page of tcp', [listener({ ...TCP, errorPage: 'x' })], '/config/listeners/0/errorPage'],
    ['a port of the appliance itself', [listener({ port: 8404 })], '/config/listeners/0/port'],
  ])('refuses %s', (_, listeners, pointer) => {
    expect(validateLoadBalancer(loadBalancer(listeners)).map((found) => found.pointer)).toEqual([pointer]);
  });
});

describe('rendering', () => {
  it('writes a frontend and a backend for each listener', () => {
    const listeners = [
      listener(),
      listener({ name: 'db', protocol: 'tcp', port: 5432, balance: 'least-connections' }),
    ];
    const text = renderLoadBalancer(loadBalancer(listeners)).files['haproxy.cfg'] ?? '';
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines).toContain('maxconn 2000');
    expect(text).toContain(
      [
        'backend to-http',
        '    mode http',
        '    balance roundrobin',
        '    timeout connect 5s',
        '    timeout server 60s',
        '    timeout tunnel 3600s',
        '    option httpchk',
        "    http-check send meth GET uri '/health'",
        '    http-check expect rstatus ^[23]',
        '    timeout check 3s',
        '    default-server check inter 5s rise 2 fall 3',
        '    server web-1 10.0.2.3:8080 weight 100',
        '    server web-2 10.0.2.4:8080 weight 100',
      ].join('\n'),
    );
    expect(lines.filter((line) => line.startsWith('bind'))).toEqual([
      'bind 127.0.0.1:8404',
      'bind 10.0.1.2:80',
      'bind 10.0.1.2:5432',
    ]);
    expect(lines).toContain('balance leastconn');
  });

  it('keeps a listener whose role has no servers', () => {
    const text = renderLoadBalancer(loadBalancer([listener({ members: [] })])).files['haproxy.cfg'] ?? '';
    expect(text).toContain('backend to-http');
    expect(text).not.toContain('server web');
  });
});

describe('certificates', () => {
  const at = new Date('2027-01-01');
  const pointers = (changes: Parameters<typeof loadBalancer>[1], when = at) =>
    validateLoadBalancer(loadBalancer([secure], { ...STORE, ...changes }), when).map(
      ({ pointer }) => pointer,
    );
  const [www, shop] = STORE.certificates;

  it('are taken with their keys', () => {
    expect(pointers({})).toEqual([]);
  });

  it('are refused when they cannot be read, have another key, or are not valid now', () => {
    const broken = { name: 'www', certificate: www!.certificate.replaceAll(/[A-Z]{4}/g, 'AAAA') };
    expect(pointers({ certificates: [broken, shop!] })).toEqual(['/config/certificates/www/certificate']);
    const swapped = { ...STORE.secrets, 'certificates/www.pem': www!.certificate + TLS.keys.shop };
    expect(pointers({ secrets: swapped })).toEqual(['/config/certificates/www/privateKey']);
    const noKey = { ...STORE.secrets, 'certificates/www.pem': www!.certificate };
    expect(pointers({ secrets: noKey })).toEqual(['/config/certificates/www/privateKey']);
    const old = { name: 'www', certificate: oldCertificate() };
    expect(pointers({ certificates: [old, shop!], secrets: {} })).toEqual([
      '/config/certificates/www/certificate',
    ]);
    expect(pointers({}, new Date('2020-01-01'))).toHaveLength(2);
  });

  it('that end soon are told', () => {
    const end = new Date('2126-01-01');
    const soon = Array.from({ length: 400 }, (_, day) => new Date(end.getTime() + day * 86_400_000)).find(
      (day) => adviseLoadBalancer(loadBalancer([secure], STORE), day).length > 0,
    );
    expect(adviseLoadBalancer(loadBalancer([secure], STORE), soon)[0]).toMatchObject({
      pointer: '/config/certificates/www/certificate',
      message: 'The certificate “www” ends in 30 days.',
    });
  });
});

describe('rendering more', () => {
  it('shows certificates by name and asks clients for theirs', () => {
    const asking = { ...secure, clientCertificates: { authority: 'people', required: true } };
    expect(text(loadBalancer([asking], STORE))).toContain(
      'bind 10.0.1.2:443 ssl crt @OPENVSYS_DIR@/certificates/www.pem crt @OPENVSYS_DIR@/certificates/shop.pem ca-file @OPENVSYS_DIR@/authorities/people.pem verify required ssl-min-ver TLSv1.2 alpn h2,http/1.1',
    );
    expect(text(loadBalancer())).toContain('del-header X-SSL-Client-DN');
  });

  it('drains by weight 0, which keeps who persists, and rests by disabling', () => {
    const [first, second] = listener().members;
    const members = [
      { ...first!, state: 'drain' as const },
      { ...second!, state: 'maintenance' as const },
    ];
    const persistence = { type: 'cookie', seconds: 1 } as const;
    const lines = text(loadBalancer([listener({ members, persistence })])).split('\n');
    expect(lines.filter((line) => line.includes('server web'))).toEqual([
      '    server web-1 10.0.2.3:8080 weight 0 cookie web-1',
      '    server web-2 10.0.2.4:8080 weight 100 cookie web-2 disabled',
    ]);
  });

  it('remembers addresses across reloads, and a pair together', () => {
    const sticky = [listener({ persistence: { type: 'source-address', seconds: 60 } })];
    expect(text(loadBalancer(sticky))).toContain('peer one 127.0.0.1:10024');
    expect(text(paired(loadBalancer(sticky)))).toContain(
      'peer one 10.0.1.2:10024\n    peer two 10.0.1.3:10024',
    );
    expect(text(loadBalancer())).not.toContain('peers');
  });

  it('listens on shared addresses before it has them', () => {
    expect(text(paired(loadBalancer()))).toContain('bind 10.0.1.2:80 transparent');
  });

  it('shows a page of its own as a whole answer', () => {
    const page = renderLoadBalancer(loadBalancer([listener({ errorPage: '<p>ä</p>' })])).files;
    expect(page['errors/http.http']).toContain('Content-Length: 9\r\n\r\n<p>ä</p>');
    expect(page['haproxy.cfg']).toContain('errorfile 503 @OPENVSYS_DIR@/errors/http.http');
  });
});

describe('reading what HAProxy reports', () => {
  const at = '2026-01-01T00:00:00Z';
  const say = (line: string) => loadBalancerLog(loadBalancer(), { program: 'haproxy', at, text: line });

  it('gives statistics to listeners and members', () => {
    const native = [
      { program: 'haproxy' as const, name: 'in-http/FRONTEND', values: { scur: 3, req_tot: 90, pid: 1 } },
      { program: 'haproxy' as const, name: 'to-http/web-2', values: { chkfail: 2 } },
      { program: 'haproxy' as const, name: 'alive/FRONTEND', values: { scur: 1 } },
    ];
    expect(loadBalancerCounters(loadBalancer(), native)).toEqual([
      { pointer: '/config/listeners/0', title: 'listener http', values: { connections: 3, requests: 90 } },
      {
        pointer: '/config/listeners/0/members/web-2',
        title: 'member web-2 of http',
        values: { checksFailed: 2 },
      },
    ]);
  });

  it('reads requests, whatever a client writes into them', () => {
    const line =
      'openvsys listener=in-http~ member=web-1 client=198.51.100.7 clientPort=4711 ms=12 bytes=345 end=-- active=1 status=200 request="GET /a?x=\\"member=evil\\" HTTP/1.1"';
    expect(say(line)).toMatchObject({
      kind: 'request',
      pointer: '/config/listeners/0',
      fields: { listener: 'http', member: 'web-1', status: '200', client: '198.51.100.7' },
    });
    expect(say('openvsys listener=in-gone member=x')).toBeUndefined();
  });

  it('reads that members come and go', () => {
    const line = 'Server to-http/web-1 is DOWN, reason: Layer4 connection problem, info: "refused".';
    expect(say(line)).toMatchObject({
      kind: 'health',
      fields: { listener: 'http', member: 'web-1', state: 'down', reason: 'Layer4 connection problem' },
    });
  });
});

describe('reachability', () => {
  const ask = (input: Parameters<typeof renderLoadBalancer>[0], destination = '10.0.1.2', port = 80) =>
    loadBalancerVerdict(input, { source: '198.51.100.7', destination, protocol: 'tcp', port });

  it('is a listener with a member in service', () => {
    expect(ask(loadBalancer())).toMatchObject({
      allowed: true,
      pointer: '/config/listeners/0',
      translated: { destination: '10.0.2.3', port: 8080 },
    });
    const resting = listener().members.map((member) => ({ ...member, state: 'maintenance' as const }));
    expect(ask(loadBalancer([listener({ members: resting })]))).toMatchObject({
      allowed: false,
      reason: 'no-member',
    });
    expect(ask(loadBalancer(), '10.0.1.1', 81)).toMatchObject({ allowed: false, reason: 'appliance' });
    expect(ask(loadBalancer(), '9.9.9.9')).toMatchObject({ allowed: false, reason: 'unknown' });
  });
});
