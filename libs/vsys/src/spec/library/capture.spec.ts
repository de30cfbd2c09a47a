import { describe, expect, it } from 'vitest';
import { libraryText, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { descriptorOf, parseDescriptor } from '../parse/parse-descriptor.js';
import { capturedDescriptor, type CaptureWish } from './capture.js';

const metadata = { name: 'mine', version: '1.0.0' };
const KEEP: CaptureWish = { metadata, logins: 'keep' };
const app = { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] };
const capture = (document: object, values: Record<string, unknown> = {}, wish: Partial<CaptureWish> = {}) =>
  capturedDescriptor({ descriptor: descriptorOf(document), values }, { ...KEEP, ...wish });

describe('a captured system', () => {
  it('makes the same design again without any value', () => {
    const descriptor = parseDescriptor(libraryText('three-tier.yaml'));
    const values = { webCount: 3, webType: 'standard.large' };
    const captured = capturedDescriptor({ descriptor, values }, KEEP);
    expect(captured.metadata).toEqual(metadata);
    const { descriptor: _origin, ...design } = bindParameters(captured, {});
    expect(design).toEqual({ ...bindParameters(descriptor, values), descriptor: undefined });
  });

  it('asks for secrets anew and holds none of them', () => {
    const descriptor = parseDescriptor(libraryText('2-tier.yaml'));
    const captured = capturedDescriptor({ descriptor, values: { dbPassword: 'not-to-be-seen' } }, KEEP);
    expect(JSON.stringify(captured)).not.toContain('not-to-be-seen');
    expect(refusalOf(() => bindParameters(captured, {})).pointer).toBe('/parameters/dbPassword');
    const withDefault = capture(
      smallDocument({
        parameters: { pin: { type: 'string', secret: true, default: 'secret-default' } },
        vservers: { app: { ...app, userData: '${pin}' } },
      }),
    );
    expect(JSON.stringify(withDefault)).not.toContain('secret-default');
  });

  it('turns passwords and keys that were written out into parameters', () => {
    const login = { user: 'root', password: 'written-out' };
    const key = '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n';
    const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    const listener = {
      name: 'https',
      protocol: 'https',
      port: 443,
      members: ['app'],
      certificates: ['shop'],
    };
    const captured = capture(
      smallDocument({
        vservers: { app: { ...app, count: 2, login, servers: { 'app-2': { login } } } },
        efms: {
          lb: {
            kind: 'load-balancer',
            nics: [{ vnet: 'lan' }],
            config: { listeners: [listener], certificates: { shop: { certificate, privateKey: key } } },
          },
        },
      }),
    );
    expect(JSON.stringify(captured)).not.toMatch(/written-out|PRIVATE KEY/);
    expect(Object.keys(captured.parameters ?? {})).toEqual(['partSecret1', 'partSecret2', 'efmKey1']);
    expect(captured.vservers['app']?.login).toEqual({ user: 'root', password: '${partSecret2}' });
  });

  it('leaves logins, allocations and parameters that nothing uses behind', () => {
    const captured = capture(
      smallDocument({
        parameters: { password: { type: 'string', secret: true }, size: { type: 'integer', default: 1 } },
        publicIps: { www: { allocation: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11', description: 'Front.' } },
        vservers: { app: { ...app, login: { password: '${password}' } } },
        vdisks: { data: { size: '${size}' } },
      }),
      { size: 7 },
      { logins: 'drop' },
    );
    expect(captured.parameters).toEqual({ size: { type: 'integer', default: 7 } });
    expect(captured.publicIps).toEqual({ www: { description: 'Front.' } });
    expect(captured.vservers['app']).toEqual(app);
  });

  it('takes other images by role', () => {
    const document = smallDocument({
      vservers: { app: { ...app, count: 2, servers: { 'app-2': { image: 'ubuntu-24.04' } } } },
    });
    const captured = capture(document, {}, { images: { app: 'golden:3' } });
    expect(bindParameters(captured, {}).servers.map(({ image }) => image)).toEqual(['golden:3', 'golden:3']);
    expect(refusalOf(() => capture(document, {}, { images: { ap: 'x' } }))).toMatchObject({
      code: 'invalid-request',
      pointer: '/images/ap',
      remedy: 'Did you mean “app”?',
    });
  });
});
