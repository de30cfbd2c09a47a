import { contractId, poolId, vserverIdOf, vsysIdOf, type OwnedObject, type VsysId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { auditPool } from './audit-pool.js';

const POOL = poolId('00000000-0000-7000-8000-000000000001');
const living = vsysIdOf(contractId('DEMO0001'), 'LIVING001');
const dead = vsysIdOf(contractId('DEMO0001'), 'DEAD00001');

let uuids = 0;
const object = (vsys: VsysId, n: number, more: Partial<OwnedObject> = {}): OwnedObject => ({
  class: 'VM',
  uuid: `uuid-${++uuids}`,
  vsys,
  part: vserverIdOf(vsys, n),
  genuine: true,
  ...more,
});

async function audit(objects: readonly OwnedObject[], live: readonly VsysId[] = [living]) {
  const listLive = async (_pool: unknown, after: VsysId | null, limit: number) => {
    await Promise.resolve();
    return live.filter((id) => after === null || id > after).slice(0, limit);
  };
  return await auditPool({ inventory: () => objects }, { listLive }, POOL);
}

describe('an audit of a pool', () => {
  it('is content with objects of living systems', async () => {
    const disks = [object(living, 1, { class: 'VDI' }), object(living, 1, { class: 'VDI' })];
    expect(await audit([object(living, 1), object(living, 2), ...disks])).toEqual({
      orphans: [],
      twins: [],
      copies: 0,
    });
  });

  it('names objects of systems that do not live here, and two VMs that are one server', async () => {
    const orphan = object(dead, 1);
    const twins = [object(living, 1), object(living, 1)];
    expect(await audit([orphan, ...twins, object(living, 2)])).toEqual({
      orphans: [orphan],
      twins,
      copies: 0,
    });
  });

  it('counts copies that somebody made, and blames nobody for them', async () => {
    const copy = object(dead, 1, { genuine: false });
    expect(await audit([copy])).toEqual({ orphans: [], twins: [], copies: 1 });
  });

  it('reads every page of living systems', async () => {
    const many = Array.from({ length: 2500 }, (_, n) =>
      vsysIdOf(contractId('DEMO0001'), `S${String(n).padStart(8, '0')}`),
    );
    const objects = many.map((vsys) => object(vsys, 1));
    expect((await audit(objects, many)).orphans).toEqual([]);
  });
});
