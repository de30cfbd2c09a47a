import { describe, expect, it } from 'vitest';
import { listener, loadBalancer } from '../../test/module-inputs.js';
import { renderLoadBalancer } from './render.js';
import { validateLoadBalancer } from './validate.js';

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
