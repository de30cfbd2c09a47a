/**
 * One system, three protocols: made through Fujitsu's, changed through CIMI, read and deleted through REST. Whatever one of them
 * did is seen through the others at once, under the same ids.
 */
import { createSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { until } from '../src/index.js';
import { expectNothingLeft, remove, useCloud } from './use-cloud.js';

describe('three protocols', () => {
  const cloud = useCloud({ api: { FGCP_CLIENT_CERTIFICATES: 'optional' } });
  let privateKey = '';

  const rest = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const { url, token } = cloud().access;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, headers, ...sent });
    return (await response.json()) as Record<string, unknown>;
  };

  const fgcp = async (action: string, parameters: Record<string, string> = {}): Promise<string> => {
    const key = Buffer.from(`UTC&${Date.now()}&1.0&SHA1withRSA`).toString('base64');
    const signature = createSign('RSA-SHA1').update(key).sign(privateKey, 'base64');
    const fields = { ...parameters, Action: action, Version: '2015-01-30', Locale: 'en' };
    const query = new URLSearchParams({ ...fields, AccessKeyId: key, Signature: signature });
    return (await fetch(`${cloud().access.url}/ovissapi/endpoint?${query.toString()}`)).text();
  };
  const textsIn = (xml: string, element: string): string[] =>
    [...xml.matchAll(new RegExp(`<${element}>([^<]*)<`, 'g'))].map(([, text = '']) => text);
  const fgcpText = async (action: string, element: string, parameters: Record<string, string>) => {
    const xml = await fgcp(action, parameters);
    return textsIn(xml, element)[0] ?? xml;
  };

  const cimi = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<[number, Record<string, unknown>]> => {
    const { url, token } = cloud().access;
    const authorization = `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}`;
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/cimi/${path}`, { method, headers, ...sent });
    const text = await response.text();
    return [response.status, text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)];
  };
  const status = async (vsysId: string, vserverId: string, wanted: string): Promise<void> =>
    until(
      async () => (await fgcpText('GetVServerStatus', 'vserverStatus', { vsysId, vserverId })) === wanted,
      { for: `${vserverId} to be ${wanted}`, limitMs: 30_000 },
    );

  it('show and change the same system', { timeout: 60_000 }, async () => {
    const user = await rest('POST', '/v1/users', { name: 'faces', roles: ['org-admin'] });
    privateKey = String(
      (await rest('POST', `/v1/users/${String(user['id'])}/certificates`, {}))['privateKey'],
    );

    // Made through FGCP.
    const made = { vsysDescriptorId: '3-tier Skeleton', vsysName: 'three faces' };
    const vsysId = await fgcpText('CreateVSYS', 'vsysId', made);
    const servers: string[] = [];
    for (const [name, segment] of [
      ['Web', 'DMZ'],
      ['App', 'SECURE1'],
      ['Db', 'SECURE2'],
    ] as const) {
      const kind = {
        vserverType: 'standard.tiny',
        diskImageId: 'debian-13',
        networkId: `${vsysId}-N-${segment}`,
      };
      servers.push(await fgcpText('CreateVServer', 'vserverId', { vsysId, vserverName: name, ...kind }));
    }
    const [web = ''] = servers;
    await status(vsysId, web, 'STOPPED');

    // Changed through CIMI.
    expect((await cimi('GET', `systems/${vsysId}`))[1]['name']).toBe('three faces');
    const [, machine] = await cimi('GET', `machines/${web}`);
    expect([machine['name'], machine['state']]).toEqual(['Web', 'STOPPED']);
    expect((await cimi('PUT', `machines/${web}?$select=name`, { name: 'Front door' }))[0]).toBe(200);
    const start = { action: 'http://schemas.dmtf.org/cimi/1/action/start' };
    expect((await cimi('POST', `machines/${web}/start`, start))[0]).toBe(202);

    // Seen through FGCP.
    await status(vsysId, web, 'RUNNING');
    const listed = await fgcp('ListVServer', { vsysId });
    expect(textsIn(listed, 'vserverId')).toEqual(servers);
    expect(textsIn(listed, 'vserverName')).toEqual(['Front door', 'App', 'Db']);

    // Read and deleted through REST.
    const shown = await cloud().tenant.get(vsysId);
    expect(shown.vservers.map(({ id }) => id)).toEqual([`${vsysId}-S-0001`, ...servers]);
    expect(shown.vnets.map(({ id }) => id).toSorted()).toEqual(
      ['DMZ', 'SECURE1', 'SECURE2'].map((segment) => `${vsysId}-N-${segment}`),
    );
    await remove(cloud(), vsysId);
    expect(textsIn(await fgcp('GetVSYSStatus', { vsysId }), 'responseStatus')).toEqual([
      'RESOURCE_NOT_FOUND',
    ]);
    expect((await cimi('GET', `systems/${vsysId}`))[0]).toBe(404);
    await expectNothingLeft(cloud());
  });
});
