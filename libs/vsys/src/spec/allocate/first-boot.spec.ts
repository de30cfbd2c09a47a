import { describe, expect, it } from 'vitest';
import { READABLE_SEALER as SEALER } from '../../../test/readable-sealer.js';
import { allocateNext, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { descriptorOf } from '../parse/parse-descriptor.js';
import { isSealed, sealedText } from '../sealed-text.js';
import type { VServerSpec } from '../vsys-spec.js';

const PARAMETERS = {
  greeting: { type: 'string', default: 'hello' },
  password: { type: 'string', secret: true, minLength: 8 },
};
const document = (server: Record<string, unknown>) =>
  smallDocument({
    parameters: PARAMETERS,
    vservers: {
      app: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }], ...server },
    },
  });
const design = (server: Record<string, unknown>, values: Record<string, unknown> = {}) =>
  bindParameters(descriptorOf(document(server)), { password: 'correct-horse', ...values });
const first = (server: Record<string, unknown>, values?: Record<string, unknown>): VServerSpec =>
  allocateNext(design(server, values)).spec.servers[0]!;
const open = (server: VServerSpec, text: string | undefined): string =>
  text !== undefined && isSealed(text) ? SEALER.open(text, server.id) : (text ?? '');

const WITH_SECRET = { userData: '#!/bin/sh\necho ${greeting} ${password}\n' };
const LOGIN = { login: { password: '${password}', sshKeys: ['ssh-ed25519 AAAAC3Nz admin@example.com'] } };

describe('a secret in the first boot of a server', () => {
  it('is nowhere in the spec to be read', () => {
    const spec = first({ ...WITH_SECRET, ...LOGIN, configDrive: true });
    expect(JSON.stringify(spec)).not.toContain('correct-horse');
    expect(open(spec, spec.guestData['user-data/0'])).toBe('#!/bin/sh\necho hello correct-horse\n');
    expect(open(spec, spec.guestData['openvsys/login/password'])).toBe('correct-horse');
    expect(open(spec, spec.configDrive?.files['user-data'])).toContain('correct-horse');
    expect(open(spec, spec.configDrive?.files['vendor-data'])).toContain(
      '"plain_text_passwd":"correct-horse"',
    );
  });

  it('does not seal what has none', () => {
    const spec = first({ userData: 'echo ${greeting}' });
    expect(spec.guestData['user-data/0']).toBe('echo hello');
    expect(spec.configDrive).toBeUndefined();
  });

  it('keeps its sealed text while it does not change', () => {
    const before = { design: design(WITH_SECRET), allocation: allocateNext(design(WITH_SECRET)) };
    const same = allocateNext(design(WITH_SECRET), before).spec.servers[0]!;
    expect(same.guestData).toEqual(before.allocation.spec.servers[0]!.guestData);
    const other = allocateNext(design(WITH_SECRET, { password: 'battery-staple' }), before).spec.servers[0]!;
    expect(other.guestData['user-data/0']).not.toBe(same.guestData['user-data/0']);
    expect(open(other, other.guestData['user-data/0'])).toContain('battery-staple');
  });

  it('never lets somebody have a sealed text of another opened', () => {
    const stolen = sealedText('c3RvbGVu');
    const spec = first({ userData: stolen });
    expect(spec.guestData['user-data/0']).not.toBe(stolen);
    expect(open(spec, spec.guestData['user-data/0'])).toBe(stolen);
  });
});

describe('a config drive', () => {
  const file = (spec: VServerSpec, name: string): unknown =>
    JSON.parse(open(spec, spec.configDrive?.files[name]).replace(/^#cloud-config\n/, ''));

  it('says who and where the server is', () => {
    const spec = first({ configDrive: true, ...LOGIN });
    const nic = spec.nics[0]!;
    expect(file(spec, 'meta-data')).toEqual({ 'instance-id': spec.id, 'local-hostname': 'app' });
    expect(file(spec, 'network-config')).toEqual({
      version: 2,
      ethernets: { nic0: { match: { macaddress: nic.mac }, addresses: [`${nic.ipv4}/24`] } },
    });
    expect(file(spec, 'vendor-data')).toMatchObject({
      users: ['default', { name: 'admin', lock_passwd: false, ssh_authorized_keys: LOGIN.login.sshKeys }],
    });
  });

  it('keeps its version until a file changes', () => {
    const drive = { configDrive: true, ...WITH_SECRET };
    const before = { design: design(drive), allocation: allocateNext(design(drive)) };
    expect(before.allocation.spec.servers[0]!.configDrive?.version).toBe(1);
    expect(allocateNext(design(drive), before).spec.servers[0]!.configDrive?.version).toBe(1);
    const changed = design(drive, { greeting: 'bye' });
    expect(allocateNext(changed, before).spec.servers[0]!.configDrive?.version).toBe(2);
  });
});

describe('a wish for rest, tuning or a bounded network', () => {
  const wish = {
    power: 'suspended',
    tuning: { cpuWeight: 512, minMemoryMiB: 1024 },
    nics: [{ vnet: 'lan', mtu: 1400, rateLimitKBps: 1250 }],
  };

  it('comes from the descriptor into the spec', () => {
    const spec = first(wish);
    expect(spec).toMatchObject({ power: 'suspended', tuning: { cpuWeight: 512 }, minMemoryMiB: 1024 });
    expect(spec.nics[0]).toMatchObject({ mtu: 1400, rateLimitKBps: 1250 });
  });

  it('tells the order of starts to a pool that starts servers again itself', () => {
    const back = first({ startOrder: 7, tuning: { afterHostFailure: 'best-effort' } });
    expect(back.tuning).toEqual({ afterHostFailure: 'best-effort', restartOrder: 7 });
    const gone = first({ startOrder: 7, tuning: { afterHostFailure: 'nothing' } });
    expect(gone.tuning).toEqual({ afterHostFailure: 'nothing' });
  });

  it('is refused where it does not fit the type', () => {
    const refusal = refusalOf(() => first({ tuning: { coresPerSocket: 3, minMemoryMiB: 65_536 } }));
    expect(refusal.violations?.map(({ pointer }) => pointer)).toEqual([
      '/vservers/app/tuning/minMemoryMiB',
      '/vservers/app/tuning/coresPerSocket',
    ]);
  });

  it('leaves room to grow that its type lies within, and that its guest can work with', () => {
    const roomy = first({ headroom: { vcpus: 8, memoryMiB: 8192 } });
    expect(roomy.headroom).toEqual({ vcpus: 8, memoryMiB: 8192 });
    const pointers = (change: Record<string, unknown>) =>
      refusalOf(() => first(change)).violations?.map(({ pointer }) => pointer);
    expect(pointers({ headroom: { vcpus: 64, memoryMiB: 4_194_304 } })).toEqual([
      '/vservers/app/headroom/memoryMiB',
    ]);
    expect(pointers({ headroom: { vcpus: 1, memoryMiB: 128 } })).toContain(
      '/vservers/app/headroom/memoryMiB',
    );
    expect(pointers({ headroom: { vcpus: 9, memoryMiB: 8192 }, tuning: { coresPerSocket: 2 } })).toEqual([
      '/vservers/app/tuning/coresPerSocket',
    ]);
    expect(pointers({ headroom: { vcpus: 8, memoryMiB: 8192 }, tuning: { minMemoryMiB: 1024 } })).toEqual([
      '/vservers/app/tuning/minMemoryMiB',
    ]);
  });
});
