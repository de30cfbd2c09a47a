import { contractId, nicIdOf, vnetIdOf, vserverIdOf, vsysIdOf, type Action } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { neededCalls } from './needed-calls.js';

const GIB = 2 ** 30;
const vsys = vsysIdOf(contractId('DEMO0001'), '7K2M9QXPA');
const server = vserverIdOf(vsys, 1);
const net = vnetIdOf(vsys, 'dmz');
const template = { vcpus: 1, memoryLimits: [GIB, GIB, GIB, GIB], disks: 1 };

function configure(vcpus: number, memoryMiB: number): Action {
  const settings = { name: 'web-1', role: 'web', vcpus, memoryMiB, restarts: 0, guestData: {} };
  return { kind: 'vserver.configure', part: server, settings };
}

describe('calls that a deployment needs', () => {
  it('sets only what differs from the template', () => {
    expect(neededCalls([configure(1, 1024)], () => template)).toBe(5);
    expect(neededCalls([configure(1, 2048)], () => template)).toBe(6);
    expect(neededCalls([configure(2, 2048)], () => template)).toBe(8);
  });

  it('adds up the other kinds', () => {
    const nic = { id: nicIdOf(server, 0), device: 0, net, mac: '02:6f:76:00:00:01', ipv4: '10.0.0.2' };
    const actions: Action[] = [
      { kind: 'vnet.create', part: net, net: { id: net, name: 'dmz', vlan: 100, cidr: '10.0.0.0/24' } },
      { kind: 'vserver.clone', part: server, image: 'debian-13' },
      { kind: 'nic.create', part: nic.id, server, nic },
      { kind: 'vserver.start', part: server, role: 'web', memoryMiB: 1024, vcpus: 1 },
    ];
    expect(neededCalls(actions, () => template)).toBe(2 + 2 + 1 + 2);
  });

  it('refuses what no deployment does', () => {
    expect(() => neededCalls([{ kind: 'vserver.destroy', part: server }], () => template)).toThrow(
      RangeError,
    );
    expect(() => neededCalls([configure(1, 1024)], () => undefined)).toThrow(RangeError);
  });
});
