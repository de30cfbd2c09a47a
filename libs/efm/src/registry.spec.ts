import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { EFM_KINDS } from '@openvsys/vsys';
import { firewall, firewalls, listener, loadBalancer, loadBalancers } from '../test/module-inputs.js';
import { designOfText, libraryDocuments, libraryNames, libraryText } from '../test/library-documents.js';
import { canonicalJson } from './canonical-json.js';
import { EFM_MODULES, moduleRenderer } from './registry.js';

describe('the registry', () => {
  it('has a module for each kind', () => {
    expect(Object.keys(EFM_MODULES).toSorted()).toEqual([...EFM_KINDS].toSorted());
    for (const kind of EFM_KINDS) expect(EFM_MODULES[kind].kind).toBe(kind);
  });
});

describe('documents', () => {
  it('carry a SHA-256 of their content', () => {
    const document = moduleRenderer.render(firewall());
    expect(document).toMatchObject({
      kind: 'firewall',
      format: 2,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Object.keys(document.files)).toEqual(['nftables.conf']);
    expect(moduleRenderer.render(firewall()).hash).toBe(document.hash);
  });

  it('have another hash for another content, the same for what does not matter', () => {
    const hash = moduleRenderer.render(firewall()).hash;
    expect(moduleRenderer.render(firewall({ logDenied: false })).hash).not.toBe(hash);
    expect(moduleRenderer.render(loadBalancer()).hash).not.toBe(
      moduleRenderer.render(loadBalancer([listener({ port: 81 })])).hash,
    );
    const [forward] = firewall().portForwards;
    expect(
      moduleRenderer.render(firewall({ portForwards: [{ ...forward!, origin: 'elsewhere' }] })).hash,
    ).toBe(hash);
  });

  it('are made for every descriptor of the library', () => {
    const wanted = libraryNames().flatMap((name) =>
      designOfText(libraryText(name)).efms.flatMap(({ kind, redundant }) =>
        redundant === true ? [kind, kind] : [kind],
      ),
    );
    const kinds = libraryDocuments().map(({ document }) => document.kind);
    expect(kinds.toSorted()).toEqual(wanted.toSorted());
    expect(new Set(kinds)).toEqual(new Set(EFM_KINDS));
  });

  test.prop([fc.oneof(firewalls, loadBalancers)])(
    'are made of every valid input, always the same',
    (input) => {
      expect(moduleRenderer.validate(input)).toEqual([]);
      expect(moduleRenderer.render(structuredClone(input))).toEqual(moduleRenderer.render(input));
    },
  );

  test.prop([fc.jsonValue()])('canonical JSON is JSON and does not depend on the order of keys', (value) => {
    const reversed = JSON.parse(JSON.stringify(value), (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).toReversed())
        : item,
    ) as Parameters<typeof canonicalJson>[0];
    const text = canonicalJson(reversed);
    expect(text).toBe(
      canonicalJson(JSON.parse(JSON.stringify(value)) as Parameters<typeof canonicalJson>[0]),
    );
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
  });
});
