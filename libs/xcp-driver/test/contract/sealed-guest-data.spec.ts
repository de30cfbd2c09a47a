import { afterEach, describe, expect, it } from 'vitest';
import { nextActions, sealedBase64, sealedText, vserverIdOf, type VsysSpec } from '@openvsys/vsys';
import { administrator, contextFor, openBench, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const WEB = vserverIdOf(VSYS, 2);
const SECRET = sealedText(Buffer.from('0123456789012345678901234567890 correct horse').toString('base64'));
const unseal = (text: typeof SECRET): string =>
  Buffer.from(sealedBase64(text), 'base64').toString().slice(32);

function withSecret(spec: VsysSpec): VsysSpec {
  const servers = spec.servers.map((server) =>
    server.id === WEB ? { ...server, guestData: { hostname: 'web-1', password: SECRET } } : server,
  );
  return { ...spec, servers };
}

async function reach({ hypervisor }: Bench, spec: VsysSpec): Promise<string[]> {
  const done: string[] = [];
  for (let wave = 0; wave < 40; wave += 1) {
    const due = nextActions(spec, hypervisor.observe(VSYS));
    if (due.length === 0) return done;
    for (const action of due) {
      await hypervisor.perform(action, { ...contextFor(hypervisor, action), unseal });
      done.push(action.kind);
    }
  }
  throw new Error('the system does not converge');
}

describe('guest data that is a secret', () => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const vm = () => bench.sim.db.rows('VM').find((row) => row.text('name_label') === WEB)!;

  it('reaches the guest plain, is observed by its mark, and is put right when somebody changes it', async () => {
    bench = await openBench('in-process');
    const spec = withSecret(sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
    await reach(bench, spec);
    expect(vm().map('xenstore_data')['vm-data/password']).toBe('correct horse');
    expect(JSON.stringify(bench.hypervisor.observe(VSYS))).not.toContain('correct horse');

    const { call } = await administrator(bench);
    await call('VM.set_xenstore_data', vm().ref, {
      ...vm().map('xenstore_data'),
      'vm-data/password': 'mine',
    });
    await expect.poll(() => nextActions(spec, bench.hypervisor.observe(VSYS)).length).toBe(1);
    expect(await reach(bench, spec)).toEqual(['vserver.configure']);
    expect(vm().map('xenstore_data')['vm-data/password']).toBe('correct horse');

    const plain = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    expect(await reach(bench, plain)).toEqual(['vserver.configure']);
    expect(Object.keys(vm().map('other_config')).filter((key) => key.includes('sealed'))).toEqual([]);
  });

  it('is refused where nobody has the key', async () => {
    bench = await openBench('in-process');
    const spec = withSecret(sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
    const server = spec.servers.find(({ id }) => id === WEB)!;
    const clone = { kind: 'vserver.clone', part: WEB, image: server.image } as const;
    await bench.hypervisor.perform(clone, contextFor(bench.hypervisor, clone));
    const configure = nextActions(spec, bench.hypervisor.observe(VSYS)).find(
      ({ kind }) => kind === 'vserver.configure',
    )!;
    await expect(
      bench.hypervisor.perform(configure, contextFor(bench.hypervisor, configure)),
    ).rejects.toMatchObject({ code: 'internal' });
    expect(JSON.stringify(vm().map('xenstore_data'))).not.toContain('sealed:');
  });
});
