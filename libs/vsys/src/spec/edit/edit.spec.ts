import { describe, expect, it } from 'vitest';
import { allocateNext, libraryText, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import type { Allocation } from '../allocate/allocation.js';
import { bindParameters } from '../bind/bind-parameters.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { scaleRole } from '../change/scale-role.js';
import { descriptorOf, parseDescriptor } from '../parse/parse-descriptor.js';
import { withDisk, withDiskAt, withGrownDisk, withoutDisk } from './disks.js';
import { withChangedEfm, withEfm, withoutEfm } from './efms.js';
import { withNet, withoutNet, withoutPublicIp, withPublicIp } from './networks.js';
import { withNic, withoutNic } from './nics.js';
import { regardedAs, withRenamedServer } from './rename-server.js';
import { withChangedServer, withoutServer, withServers } from './servers.js';
import { draftError, sourceOfDraft, type SystemDraft, type SystemSource } from './system-draft.js';

const farm = (changes: Record<string, unknown> = {}): SystemSource => ({
  descriptor: descriptorOf(
    smallDocument({
      parameters: { nodes: { type: 'integer', default: 3 } },
      vservers: {
        node: {
          type: 'standard.small',
          image: 'debian-13',
          count: '${nodes}',
          nics: [{ vnet: 'lan' }],
          disks: [{ name: 'data', size: 10 }],
        },
        lone: { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }], startAfter: ['node'] },
      },
      ...changes,
    }),
  ),
  values: {},
});
const shop = (): SystemSource => ({
  descriptor: parseDescriptor(libraryText('three-tier.yaml')),
  values: {},
});

const designOf = ({ descriptor, values }: SystemSource): VsysDesign => bindParameters(descriptor, values);
const edited = (source: SystemSource, edit: (source: SystemSource) => SystemDraft): SystemSource =>
  sourceOfDraft(edit(source));
const refusal = (source: SystemSource, edit: (source: SystemSource) => SystemDraft) =>
  refusalOf(() => edited(source, edit));
const serverOf = (source: SystemSource, name: string) =>
  designOf(source).servers.find((server) => server.name === name);
const namesOf = (source: SystemSource) => designOf(source).servers.map(({ name }) => name);

interface Made {
  readonly design: VsysDesign;
  readonly allocation: Allocation;
}
function made(source: SystemSource, before?: Made): Made {
  const design = designOf(source);
  return { design, allocation: allocateNext(design, before) };
}
const idsOf = ({ allocation: { spec } }: Made) =>
  new Map([...spec.servers, ...spec.disks, ...spec.nets].map(({ name, id }) => [name, id as string]));

describe('one server of a role', () => {
  it('changes alone: the others, all names and all ids stay, and the role still scales', () => {
    const start = farm();
    const first = made(start);
    const after = edited(start, (source) => withChangedServer(source, 'node-2', { type: 'standard.large' }));
    expect(designOf(after).servers.map(({ name, type }) => [name, type])).toEqual([
      ['node-1', 'standard.small'],
      ['node-2', 'standard.large'],
      ['node-3', 'standard.small'],
      ['lone', 'standard.small'],
    ]);
    expect(idsOf(made(after, first))).toEqual(idsOf(first));
    expect(scaleRole(after.descriptor, 'node', 5)).toEqual({ by: 'parameter', parameter: 'nodes', count: 5 });
    const more = { ...after, values: { nodes: 5 } };
    expect(serverOf(more, 'node-2')?.type).toBe('standard.large');
    const again = edited(after, (source) => withChangedServer(source, 'node-2', { type: null }));
    expect(serverOf(again, 'node-2')?.type).toBe('standard.small');
  });

  it('goes alone: numbers of the others stay, and another scaling counts those that are there', () => {
    const start = farm();
    const first = made(start);
    const after = edited(start, (source) => withoutServer(source, 'node-2', 'delete'));
    expect(namesOf(after)).toEqual(['node-1', 'node-3', 'lone']);
    const second = made(after, first);
    for (const [name, id] of idsOf(second)) expect(idsOf(first).get(name)).toBe(id);
    expect(second.allocation.spec.disks.map(({ name }) => name)).toEqual(['node-1-data', 'node-3-data']);
    expect(scaleRole(after.descriptor, 'node', 3)).toMatchObject({ count: 4 });
    const scaled = { ...after, values: { nodes: 4 } };
    expect(namesOf(scaled)).toEqual(['node-1', 'node-3', 'node-4', 'lone']);
  });

  it('takes the last ones from a count that the descriptor has', () => {
    const start = farm({
      vservers: {
        node: { type: 'standard.small', image: 'debian-13', count: 3, nics: [{ vnet: 'lan' }] },
      },
    });
    const middle = edited(start, (source) => withoutServer(source, 'node-2', 'keep'));
    expect(middle.descriptor.vservers['node']).toMatchObject({
      count: 3,
      servers: { 'node-2': { removed: true } },
    });
    const last = edited(middle, (source) => withoutServer(source, 'node-3', 'keep'));
    expect(last.descriptor.vservers['node']).toEqual({
      type: 'standard.small',
      image: 'debian-13',
      count: 1,
      nics: [{ vnet: 'lan' }],
    });
  });

  it('leaves its data disks behind when it is asked to', () => {
    const start = farm();
    const first = made(start);
    const after = edited(start, (source) => withoutServer(source, 'node-1', 'keep'));
    const disk = made(after, first).allocation.spec.disks.find(({ name }) => name === 'node-1-data');
    expect(disk).toMatchObject({ id: idsOf(first).get('node-1-data'), server: null, sizeGiB: 10 });
  });
});

describe('servers', () => {
  const wish = { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] };

  it('come one or many', () => {
    const one = edited(farm(), (source) => withServers(source, { name: 'extra', ...wish }));
    expect(namesOf(one)).toContain('extra');
    const many = edited(one, (source) => withServers(source, { name: 'job', count: 2, ...wish }));
    expect(namesOf(many).slice(-2)).toEqual(['job-1', 'job-2']);
    expect(refusal(many, (source) => withServers(source, { name: 'lone', ...wish }))).toMatchObject({
      code: 'conflict',
      pointer: '/name',
    });
  });

  it('are refused with places in the request', () => {
    const wrong = { name: 'extra', ...wish, nics: [{ vnet: 'nowhere' }], disks: [{ name: 'd', size: 0 }] };
    const error = refusal(farm(), (source) => withServers(source, wrong));
    expect(error.code).toBe('invalid-descriptor');
    expect(error.violations.map(({ pointer }) => pointer)).toContain('/disks/0/sizeGiB');
    expect(error.message).not.toContain('Descriptor');
    const net = refusal(farm(), (source) => withServers(source, { ...wrong, disks: [] }));
    expect(net.violations[0]?.pointer).toBe('/nics/0/vnet');
  });

  it('get texts as they are: nothing in them is a parameter', () => {
    const userData = 'echo ${HOME} $${x} ${nodes}';
    const after = edited(farm(), (source) => withServers(source, { name: 'extra', ...wish, userData }));
    expect(serverOf(after, 'extra')?.userData).toBe(userData);
    const changed = edited(after, (source) => withChangedServer(source, 'node-1', { userData: '${nodes}' }));
    expect(serverOf(changed, 'node-1')?.userData).toBe('${nodes}');
  });

  it('have passwords that no descriptor holds, and that end with them', () => {
    const login = { user: 'root', password: 'correct horse ${x}' };
    const after = edited(farm(), (source) => withServers(source, { name: 'extra', ...wish, login }));
    expect(JSON.stringify(after.descriptor)).not.toContain('correct horse');
    expect(serverOf(after, 'extra')?.login).toMatchObject(login);
    const other = { login: { user: 'root', password: 'another one' } };
    const changed = edited(after, (source) => withChangedServer(source, 'extra', other));
    expect(Object.keys(changed.values)).toEqual(['partSecret2']);
    const gone = edited(changed, (source) => withoutServer(source, 'extra', 'delete'));
    expect(gone.values).toEqual({});
    expect(Object.keys(gone.descriptor.parameters ?? {})).toEqual(['nodes']);
  });

  it('may go although others wished to start after them, but not while an EFM names them', () => {
    const started = edited(farm(), (source) =>
      withServers(source, { name: 'tail', ...wish, startAfter: ['lone'] }),
    );
    const gone = edited(started, (source) => withoutServer(source, 'lone', 'delete'));
    expect(gone.descriptor.vservers['tail']).not.toHaveProperty('startAfter');
    const error = refusal(shop(), (source) => withoutServer(source, 'db', 'keep'));
    expect(error).toMatchObject({ code: 'conflict', retry: 'after-change' });
    expect(error.violations[0]?.pointer).toMatch(/^\/efms\//);
  });
});

describe('another name', () => {
  const lone = () =>
    farm({
      vservers: {
        lone: {
          type: 'standard.small',
          image: 'debian-13',
          nics: [{ vnet: 'lan' }],
          disks: [{ name: 'data', size: 10 }],
        },
        tail: {
          type: 'standard.small',
          image: 'debian-13',
          nics: [{ vnet: 'lan' }],
          startAfter: ['lone'],
          affinity: { apartFrom: ['lone'] },
        },
      },
      vdisks: { more: { size: 5, server: 'lone' }, spare: { size: 5 } },
    });

  it('is for the same server, with its addresses and its disks by their names', () => {
    const start = lone();
    const first = made(start);
    const next = edited(start, (source) => withRenamedServer(source, 'lone', 'single'));
    const before = {
      ...first,
      allocation: { ...first.allocation, spec: regardedAs(first.allocation.spec, 'lone', 'single') },
    };
    const { spec } = made(next, before).allocation;
    const [old, server] = [first.allocation.spec, spec].map(({ servers }) => servers[0]!);
    expect(server).toMatchObject({ id: old!.id, name: 'single', nics: old!.nics });
    const holders = (disks: typeof spec.disks) =>
      new Map(disks.map((disk) => [disk.id, `${disk.name} ${disk.server}`]));
    expect(holders(spec.disks)).toEqual(holders(first.allocation.spec.disks));
    expect(next.descriptor.vservers['tail']).toMatchObject({
      startAfter: ['single'],
      affinity: { apartFrom: ['single'] },
    });
  });

  it('is refused where it is taken, follows from a role, or rules of EFMs name the old one', () => {
    expect(refusal(lone(), (source) => withRenamedServer(source, 'lone', 'tail'))).toMatchObject({
      code: 'conflict',
      pointer: '/name',
    });
    expect(refusal(farm(), (source) => withRenamedServer(source, 'node-1', 'x'))).toMatchObject({
      code: 'conflict',
    });
    expect(refusal(shop(), (source) => withRenamedServer(source, 'db', 'store'))).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('disks', () => {
  it('are attached, detached and grown, whosever they were, and keep their ids', () => {
    const start = farm();
    const first = made(start);
    const detached = edited(start, (source) => withDiskAt(source, 'node-2-data', null));
    const second = made(detached, first);
    const moved = edited(detached, (source) => withDiskAt(source, 'node-2-data', 'lone'));
    const grown = edited(moved, (source) => withGrownDisk(source, 'node-2-data', 20));
    const last = made(
      edited(grown, (source) => withGrownDisk(source, 'node-1-data', 30)),
      second,
    );
    expect(idsOf(last)).toEqual(idsOf(first));
    const lone = last.allocation.spec.servers.find(({ name }) => name === 'lone')?.id;
    expect(last.allocation.spec.disks.map(({ name, sizeGiB, server }) => [name, sizeGiB, server])).toEqual(
      expect.arrayContaining([
        ['node-2-data', 20, lone],
        ['node-1-data', 30, expect.stringContaining('-S-')],
        ['node-3-data', 10, expect.stringContaining('-S-')],
      ]),
    );
  });

  it('come and go', () => {
    const added = edited(farm(), (source) =>
      withDisk(source, { name: 'extra', sizeGiB: 5, server: 'node-1' }),
    );
    expect(designOf(added).disks.at(-1)).toMatchObject({ name: 'extra', server: 'node-1' });
    const gone = edited(added, (source) => withoutDisk(source, 'node-1-data'));
    expect(designOf(gone).disks.map(({ name }) => name)).not.toContain('node-1-data');
    const none = edited(gone, (source) => withoutDisk(source, 'extra'));
    const free = edited(none, (source) => withDisk(source, { name: 'extra', sizeGiB: 5 }));
    expect(free.descriptor.vdisks).toEqual({ extra: { size: 5 } });
    expect(
      refusal(added, (source) => withDisk(source, { name: 'node-1-data', sizeGiB: 5 })).violations[0]
        ?.pointer,
    ).toBe('');
  });
});

describe('network cards', () => {
  it('come, and go without another taking their place', () => {
    const start = farm({ vnets: { lan: { cidr: '10.0.0.0/24' }, san: { cidr: '10.0.1.0/24' } } });
    const two = edited(start, (source) => withNic(source, 'node-1', { vnet: 'lan' }));
    const three = edited(two, (source) => withNic(source, 'node-1', { vnet: 'san', address: '10.0.1.9' }));
    expect(serverOf(three, 'node-2')?.nics).toHaveLength(1);
    const before = made(three);
    const nics = before.allocation.spec.servers.find(({ name }) => name === 'node-1')?.nics ?? [];
    const addresses = nics.map(({ ipv4 }) => ipv4);
    const left = edited(three, (source) => withoutNic(source, 'node-1', 0, addresses));
    const after = made(left, before).allocation.spec.servers.find(({ name }) => name === 'node-1');
    expect(after?.nics.map(({ id, ipv4 }) => [id, ipv4])).toEqual(
      nics.slice(1).map(({ id, ipv4 }) => [id, ipv4]),
    );
    expect(refusal(start, (source) => withoutNic(source, 'lone', 0, []))).toMatchObject({ code: 'conflict' });
    const wrong = refusal(start, (source) => withNic(source, 'lone', { vnet: 'lan', address: '10.9.9.9' }));
    expect(wrong.violations[0]?.pointer).toBe('/address');
  });
});

describe('networks and EFMs', () => {
  it('come and go, and nothing goes that something needs', () => {
    const start = shop();
    const net = edited(start, (source) =>
      withNet(source, { name: 'spare', cidr: '10.0.9.0/24', gateway: 'none' }),
    );
    const firewall = designOf(net).efms.find(({ kind }) => kind === 'firewall');
    expect(firewall?.nics.map(({ vnet }) => vnet)).not.toContain('spare');
    expect(designOf(edited(net, (source) => withoutNet(source, 'spare'))).nets).toEqual(designOf(start).nets);
    expect(refusal(start, (source) => withoutNet(source, 'app'))).toMatchObject({ code: 'conflict' });
    const taken = { name: 'twin', cidr: '10.0.1.0/25', gateway: 'firewall' } as const;
    expect(refusal(start, (source) => withNet(source, taken)).violations[0]?.pointer).toBe('/cidr');
    const routed = edited(start, (source) => withNet(source, { ...taken, cidr: '10.0.8.0/24' }));
    const gateway = designOf(routed).efms.find(({ kind }) => kind === 'firewall');
    expect(gateway?.nics.map(({ vnet }) => vnet)).toContain('twin');
  });

  it('hides keys, changes sizes and removes with what only it needed', () => {
    const start = edited(shop(), (source) => withPublicIp(source, 'vpn'));
    const key = `${'A'.repeat(43)}=`;
    const vpn = {
      name: 'tunnel',
      kind: 'vpn',
      nics: [{ vnet: 'app' }],
      config: { publicIp: 'vpn', privateKey: key, network: '10.99.0.0/24', peers: [] },
    } as const;
    const added = edited(start, (source) => withEfm(source, vpn));
    expect(JSON.stringify(added.descriptor)).not.toContain(key);
    expect(refusal(added, (source) => withoutPublicIp(source, 'vpn'))).toMatchObject({ code: 'conflict' });
    const large = edited(added, (source) => withChangedEfm(source, 'tunnel', { type: 'efm.large' }));
    expect(designOf(large).efms.find(({ name }) => name === 'tunnel')?.type).toBe('efm.large');
    const gone = edited(large, (source) => withoutEfm(source, 'tunnel'));
    expect(gone.values).toEqual(start.values);
    expect(designOf(edited(gone, (source) => withoutPublicIp(source, 'vpn'))).publicIps).toEqual(
      designOf(shop()).publicIps,
    );
  });
});

describe('errors that come later', () => {
  it('are told in terms of the request too, and others are left alone', () => {
    const draft = withChangedServer(farm(), 'node-1', { type: 'standard.none' });
    const next = sourceOfDraft(draft);
    const thrown = refusalOf(() => allocateNext(designOf(next)));
    expect(draftError(draft, thrown)).toMatchObject({ code: 'invalid-descriptor', pointer: '/type' });
    const other = new Error('elsewhere');
    expect(draftError(draft, other)).toBe(other);
  });
});
