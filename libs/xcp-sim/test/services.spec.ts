// Services beside the way of a server: certificates, repositories, remote access, sites, controllers, observers, limits.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  vdiRecord,
  vifRecord,
  vmRecord,
  type Client,
} from './support/pool-under-test.js';

let client: Client;
let pool: string;
let host: string;

beforeEach(async () => {
  client = await clientOf({ hostCount: 2, startTime: Date.UTC(2030, 0, 1) });
  pool = (await client.call<string[]>('pool.get_all'))[0] ?? '';
  host = (await client.call<string[]>('host.get_all'))[0] ?? '';
});

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

/** A self-signed authority whose key is gone. */
const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUdr7tFNphg3oB4rS3iqLA+rNxrTowCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOdGVzdC1hdXRob3JpdHkwIBcNMjYxMTIzMTkxNTU5WhgPMjA1
NDA0MTAxOTE1NTlaMBkxFzAVBgNVBAMMDnRlc3QtYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEXNUktNTS0FOAxPjYXliM7hxjI3tziSnm3wTK1b2w
5s6FY7rG2z90zPIXVWd8e88CcWAX2LBvM6uNVe5c/U8BgqNTMFEwHQYDVR0OBBYE
FLWxnWX5bBvHYlMYR0H0DlEK4AWbMB8GA1UdIwQYMBaAFLWxnWX5bBvHYlMYR0H0
DlEK4AWbMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKxnNvue
qwk9X5yt6lpQpC2gJWxpJg7+0nuGWXKv98+jAiAsFPAfv+W6FdRps8V3MJLp9Bfj
N1XMnh/BNSjble+PtA==
-----END CERTIFICATE-----
`;

describe('certificates', () => {
  it('are checked, kept with their dates and fingerprints, and removed', async () => {
    await client.call('pool.install_ca_certificate', 'ca.pem', AUTHORITY);
    expect(await client.call('pool.certificate_list')).toEqual(['ca.pem']);
    const [record] = Object.values(await client.call<Record<string, object>>('Certificate.get_all_records'));
    expect(record).toMatchObject({ name: 'ca.pem', type: 'ca' });
    expect(await failureOf(client.call('pool.install_ca_certificate', 'ca.pem', AUTHORITY))).toEqual([
      'CERTIFICATE_ALREADY_EXISTS',
      'ca.pem',
    ]);
    await client.call('pool.uninstall_ca_certificate', 'ca.pem');
    expect(await client.call('Certificate.get_all')).toEqual([]);
  });

  it('are refused before and after their time', async () => {
    for (const [startTime, code] of [
      [Date.UTC(2010, 0, 1), 'CA_CERTIFICATE_NOT_VALID_YET'],
      [Date.UTC(2100, 0, 1), 'CA_CERTIFICATE_EXPIRED'],
    ] as const) {
      const other = await clientOf({ startTime });
      expect((await failureOf(other.call('pool.install_ca_certificate', 'x', AUTHORITY)))[0]).toBe(code);
      other.close();
    }
  });

  it('are refused under bad names, unreadable, or when they are not there', async () => {
    expect(await failureOf(client.call('pool.install_ca_certificate', '../x', 'x'))).toEqual([
      'CERTIFICATE_NAME_INVALID',
      '../x',
    ]);
    expect(await failureOf(client.call('pool.install_ca_certificate', 'x', 'x'))).toEqual([
      'CA_CERTIFICATE_INVALID',
    ]);
    expect(await failureOf(client.call('pool.uninstall_ca_certificate', 'x'))).toEqual([
      'CERTIFICATE_DOES_NOT_EXIST',
      'x',
    ]);
    expect(await failureOf(client.call('pool.crl_install', 'x', 'x'))).toEqual(['CRL_CORRUPT', 'x']);
    expect(await failureOf(client.call('pool.crl_uninstall', 'x'))).toEqual(['CRL_DOES_NOT_EXIST', 'x']);
    expect(await client.call('pool.crl_list')).toEqual([]);
  });
});

describe('remote access', () => {
  it('is opened for a time, for one host or all', async () => {
    await client.call('host.set_ssh_enabled_timeout', host, 600);
    await client.call('host.enable_ssh', host);
    const expiry = await client.call('host.get_ssh_expiry', host);
    expect(expiry).not.toBe('19700101T00:00:00Z');
    await client.call('pool.disable_ssh', pool);
    const records = await client.call<Record<string, { ssh_enabled: boolean }>>('host.get_all_records');
    expect(Object.values(records).map((record) => record.ssh_enabled)).toEqual([false, false]);
    expect(await failureOf(client.call('pool.set_ssh_enabled_timeout', pool, 172_801))).toEqual([
      'INVALID_VALUE',
      'ssh_enabled_timeout',
      '172801',
    ]);
  });

  it('switches the display at the next start only', async () => {
    expect(await client.call('host.disable_display', host)).toBe('disable_on_reboot');
    expect(await client.call('host.disable_display', host)).toBe('disable_on_reboot');
    expect(await client.call('host.enable_display', host)).toBe('enabled');
  });

  it('moves the management to interfaces with an address only', async () => {
    const [pif] = await client.call<string[]>('PIF.get_all');
    await client.call('PIF.reconfigure_ip', pif, 'DHCP', '', '', '', '');
    await client.call('host.management_reconfigure', pif);
    expect(await client.call('PIF.get_management', pif)).toBe(true);
  });
});

describe('repositories', () => {
  it('are introduced once, used by the pool, and not forgotten while used', async () => {
    const repository = await client.call('Repository.introduce', 'base', '', 'https://x.example/b', '', true);
    const again = client.call('Repository.introduce', 'base', '', 'https://y.example/b', '', true);
    expect(await failureOf(again)).toEqual(['REPOSITORY_ALREADY_EXISTS', repository]);
    expect(await failureOf(client.call('Repository.introduce', 'z', '', 'file:///etc', '', true))).toEqual([
      'INVALID_BASE_URL',
      'file:///etc',
    ]);
    expect(await failureOf(client.call('pool.sync_updates', pool, false))).toEqual(['NO_REPOSITORY_ENABLED']);
    await client.call('pool.add_repository', pool, repository);
    expect(await failureOf(client.call('Repository.forget', repository))).toEqual(['REPOSITORY_IS_IN_USE']);
    await client.call('pool.set_repositories', pool, []);
    await client.call('Repository.forget', repository);
    expect(await client.call('Repository.get_all')).toEqual([]);
  });

  it('are reached through a proxy whose password is a secret', async () => {
    await client.call('pool.configure_repository_proxy', pool, 'http://proxy:3128', 'u', 'p');
    const secret = await client.call('pool.get_repository_proxy_password', pool);
    expect(await client.call('secret.get_value', secret)).toBe('p');
    await client.call('pool.disable_repository_proxy', pool);
    expect(await client.call('secret.get_all')).not.toContain(secret);
    expect(
      await failureOf(client.call('pool.configure_repository_proxy', pool, 'http://proxy', 'u', '')),
    ).toEqual(['INVALID_REPOSITORY_PROXY_CREDENTIAL']);
  });
});

describe('sites and controllers', () => {
  it('note servers with free addresses and sane ports', async () => {
    const site = await client.call('PVS_site.introduce', 's', '', 'u');
    const introduce = (addresses: string[], first: number, last: number) =>
      client.call('PVS_server.introduce', addresses, first, last, site);
    const server = await introduce(['10.0.0.9'], 6910, 6930);
    expect(await failureOf(introduce(['10.0.0.9'], 6910, 6930))).toEqual([
      'PVS_SERVER_ADDRESS_IN_USE',
      '10.0.0.9',
    ]);
    expect((await failureOf(introduce(['x'], 1, 2)))[0]).toBe('INVALID_IP_ADDRESS_SPECIFIED');
    expect((await failureOf(introduce(['10.0.0.8'], 9, 8))).slice(0, 2)).toEqual([
      'VALUE_NOT_SUPPORTED',
      'last_port',
    ]);
    expect(await failureOf(client.call('PVS_site.forget', site))).toEqual([
      'PVS_SITE_CONTAINS_SERVERS',
      server,
    ]);
    await client.call('PVS_server.forget', server);
    await client.call('PVS_site.forget', site);
  });

  it('proxy the first interface of a VM, once', async () => {
    const site = await client.call('PVS_site.introduce', 's', '', 'u');
    const vm = await client.call('VM.create', vmRecord());
    const network = await client.call('network.create', { other_config: {} });
    const second = await client.call('VIF.create', vifRecord(vm, network, { device: '1' }));
    expect(await failureOf(client.call('PVS_proxy.create', site, second))).toEqual([
      'PVS_VIF_MUST_BE_FIRST_DEVICE',
    ]);
    const first = await client.call('VIF.create', vifRecord(vm, network));
    const proxy = await client.call('PVS_proxy.create', site, first);
    expect(await failureOf(client.call('PVS_proxy.create', site, first))).toEqual([
      'PVS_PROXY_ALREADY_PRESENT',
      proxy,
    ]);
  });

  it('know one controller', async () => {
    const controller = await client.call('SDN_controller.introduce', 'ssl', '10.0.0.1', 0);
    expect(await client.call('SDN_controller.get_port', controller)).toBe(6632);
    expect((await failureOf(client.call('SDN_controller.introduce', 'ssl', '10.0.0.2', 0)))[0]).toBe(
      'OPERATION_NOT_ALLOWED',
    );
    await client.call('SDN_controller.forget', controller);
    expect((await failureOf(client.call('SDN_controller.introduce', 'pssl', '10.0.0.2', 0)))[0]).toBe(
      'OPERATION_NOT_ALLOWED',
    );
  });
});

describe('observers, callers, clocks', () => {
  it('check components, endpoints and hosts', async () => {
    const observer = await client.call('Observer.create', { name_label: 'o', components: ['xapi'] });
    expect(await failureOf(client.call('Observer.set_components', observer, ['nosuch']))).toEqual([
      'INVALID_VALUE',
      'component',
      'nosuch',
    ]);
    expect(await failureOf(client.call('Observer.set_endpoints', observer, ['ftp://x']))).toEqual([
      'INVALID_VALUE',
      'endpoint',
      'ftp://x',
    ]);
    await client.call('Observer.set_hosts', observer, [host]);
    expect(await client.call('Observer.get_hosts', observer)).toEqual([host]);
  });

  it('put callers under a limit and take them out', async () => {
    const limit = await client.call('Rate_limit.create', { burst_size: 5.5, fill_rate: 1.5 });
    const caller = await client.call('Caller.create', { user_agent: 'a' });
    await client.call('Rate_limit.add_caller', limit, caller);
    expect(await client.call('Rate_limit.get_callers', limit)).toEqual([caller]);
    await client.call('Rate_limit.remove_caller', limit, caller);
    expect(await client.call('Rate_limit.get_callers', limit)).toEqual([]);
    expect((await failureOf(client.call('Caller.query_call_count', caller)))[0]).toBe('NOT_IMPLEMENTED');
  });

  it('set time zones that exist and time servers that are named', async () => {
    await client.call('host.set_timezone', host, 'Europe/Berlin');
    expect(await client.call('host.get_timezone', host)).toBe('Europe/Berlin');
    expect((await failureOf(client.call('host.set_timezone', host, 'Mars/Base')))[0]).toBe('INVALID_VALUE');
    expect((await failureOf(client.call('host.set_ntp_mode', host, 'Custom')))[0]).toBe('INVALID_NTP_CONFIG');
    await client.call('host.set_ntp_custom_servers', host, ['ntp.example']);
    await client.call('host.set_ntp_mode', host, 'Custom');
    expect((await failureOf(client.call('host.set_servertime', host, '20300101T00:00:00Z')))[0]).toBe(
      'NOT_ALLOWED_WHEN_NTP_IS_ENABLED',
    );
  });

  it('have no hardware to give away', async () => {
    const vm = await client.call('VM.create', vmRecord());
    const usb = await client.call('USB_group.create', 'u', '', {});
    expect(await failureOf(client.call('VUSB.create', vm, usb, {}))).toEqual([
      'USB_GROUP_CONTAINS_NO_PUSBS',
      usb,
    ]);
    const [pif] = await client.call<string[]>('PIF.get_all');
    const network = await client.call('network.create', { other_config: {} });
    expect(await failureOf(client.call('network_sriov.create', pif, network))).toEqual([
      'PIF_IS_NOT_SRIOV_CAPABLE',
      pif,
    ]);
    expect(await failureOf(client.call('Cluster.create', pif, 'x', true))).toEqual([
      'INVALID_CLUSTER_STACK',
      'x',
    ]);
  });
});

describe('rare messages', () => {
  it('make a PIF in the database alone, and forget it there', async () => {
    const network = await client.call('network.create', { other_config: {} });
    const none = 'OpaqueRef:NULL';
    const place = ['eth9', network, host, '00:11:22:33:44:55', 1500, -1, true];
    const rest = ['None', '', '', '', '', none, none, false, {}];
    const pif = await client.call('PIF.db_introduce', ...place, ...rest);
    expect(await client.call('PIF.get_record', pif)).toMatchObject({
      device: 'eth9',
      managed: true,
      currently_attached: false,
      metrics: none,
    });
    expect(await client.call('network.get_PIFs', network)).toEqual([pif]);
    await client.call('network.attach', network, host);
    expect(await client.call('PIF.get_currently_attached', pif)).toBe(true);
    await client.call('PIF.db_forget', pif);
    expect(await client.call('network.get_PIFs', network)).toEqual([]);
  });

  it('check the state of a VM and the kind of a disk before they refuse', async () => {
    const vm = await client.call('VM.create', vmRecord());
    expect(await failureOf(client.call('VM.csvm', vm))).toEqual([
      'VM_BAD_POWER_STATE',
      vm,
      'suspended',
      'halted',
    ]);
    expect(await failureOf(client.call('VM.sysprep', vm, '', 1))).toEqual([
      'VM_BAD_POWER_STATE',
      vm,
      'running',
      'halted',
    ]);
    const [sr] = await client.call<string[]>('SR.get_all');
    const vdi = await client.call('VDI.create', vdiRecord(sr ?? ''));
    expect(await failureOf(client.call('VDI.open_database', vdi))).toEqual([
      'VDI_INCOMPATIBLE_TYPE',
      vdi,
      'user',
    ]);
    expect(await failureOf(client.call('VDI.force_unlock', vdi))).toEqual(['MESSAGE_DEPRECATED']);
    expect(await client.call('VDI.read_database_pool_uuid', vdi)).toBe('');
  });
});
