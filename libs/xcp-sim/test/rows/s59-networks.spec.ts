// S59: VLANs, tunnels and bonds: an interface a host, and the codes of everything that does not fit.
import { afterEach, describe, expect, it } from 'vitest';
import { clientOf, failureOf, vifRecord, vmRecord, type Client } from '../support/pool-under-test.js';

let client: Client;

afterEach(() => {
  expect(client.pool.crashes).toEqual([]);
  client.close();
});

async function network(name: string): Promise<string> {
  return client.call('network.create', { name_label: name, other_config: {} });
}

async function physical(): Promise<string[]> {
  const pifs = await client.call<Record<string, { physical: boolean }>>('PIF.get_all_records');
  return Object.entries(pifs).flatMap(([ref, pif]) => (pif.physical ? [ref] : []));
}

describe('S59 VLANs', () => {
  it('put one interface on every host, once, and take them away with the network free of guests', async () => {
    client = await clientOf();
    const [pif = ''] = await physical();
    const net = await network('tenant');
    const made = await client.call<string[]>('pool.create_VLAN_from_PIF', pif, net, 101);
    expect(made).toHaveLength(3);
    const hosts = await Promise.all(made.map((one) => client.call('PIF.get_host', one)));
    expect(new Set(hosts).size).toBe(3);
    expect(await client.call('PIF.get_VLAN', made[0])).toBe(101);
    expect(
      (await failureOf(client.call('pool.create_VLAN_from_PIF', pif, await network('again'), 101)))[0],
    ).toBe('PIF_VLAN_EXISTS');
    expect(
      await failureOf(client.call('pool.create_VLAN_from_PIF', pif, await network('odd'), 4095)),
    ).toEqual(['VLAN_TAG_INVALID', '4095']);
    expect((await failureOf(client.call('network.destroy', net)))[0]).toBe('NETWORK_CONTAINS_PIF');
    const vm = await client.call('VM.create', vmRecord());
    const vif = await client.call('VIF.create', vifRecord(vm, net));
    await client.call('VM.start', vm, false, false);
    await client.call('VM.hard_shutdown', vm);
    await client.call('VIF.destroy', vif);
    for (const one of made)
      await client.call('VLAN.destroy', await client.call('PIF.get_VLAN_master_of', one));
    await client.call('network.destroy', net);
    expect(await client.call('VLAN.get_all')).toEqual([]);
  });

  it('keep guests off hosts that have no interface on their network', async () => {
    client = await clientOf({ hostCount: 2 });
    const [pif = ''] = await physical();
    const net = await network('half');
    await client.call('VLAN.create', pif, 77, net);
    const vm = await client.call('VM.create', vmRecord());
    await client.call('VIF.create', vifRecord(vm, net));
    const host = await client.call('PIF.get_host', pif);
    expect(await client.call('VM.get_possible_hosts', vm)).toEqual([host]);
  });
});

describe('S59 tunnels and bonds', () => {
  it('need a managed interface, one network a host, and two members', async () => {
    client = await clientOf();
    const [pif = ''] = await physical();
    const net = await network('across');
    const tunnel = await client.call('tunnel.create', pif, net, 'vxlan');
    const access = await client.call('tunnel.get_access_PIF', tunnel);
    expect(await client.call('PIF.get_network', access)).toBe(net);
    expect((await failureOf(client.call('tunnel.create', pif, net, 'gre')))[0]).toBe(
      'NETWORK_ALREADY_CONNECTED',
    );
    expect(await failureOf(client.call('tunnel.create', access, await network('on top'), 'gre'))).toEqual([
      'IS_TUNNEL_ACCESS_PIF',
      access,
    ]);
    expect(
      (await failureOf(client.call('Bond.create', await network('bond'), [pif], '', 'balance-slb', {})))[0],
    ).toBe('PIF_BOND_NEEDS_MORE_MEMBERS');
    await client.call('tunnel.destroy', tunnel);
    await client.call('network.destroy', net);
  });
});
