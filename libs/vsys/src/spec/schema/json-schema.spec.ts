import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { allocateNext, libraryText, smallDocument } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { listUnusedParameters } from '../checks/check-parameters.js';
import type { Descriptor } from './descriptor.schema.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import { descriptorJsonSchema } from './json-schema.js';

const library = readdirSync(new URL('../../../../../descriptors/', import.meta.url)).filter((name) =>
  name.endsWith('.yaml'),
);
const fits = new Ajv2020({ strict: false }).compile(descriptorJsonSchema());

describe('descriptors/schema.json', () => {
  it('is what `node descriptors/generate-schema.mjs` writes', () => {
    expect(JSON.parse(libraryText('schema.json'))).toEqual(
      JSON.parse(JSON.stringify(descriptorJsonSchema())),
    );
  });

  it('takes references where values are, and refuses mistakes', () => {
    const app = { type: '${t}', image: 'debian-13', count: '${n}', nics: [{ vnet: 'lan' }] };
    expect(fits(smallDocument({ vservers: { app } }))).toBe(true);
    expect(fits(smallDocument({ vservers: { app: { ...app, count: 'n' } } }))).toBe(false);
    expect(fits(smallDocument({ vservers: { App: app } }))).toBe(false);
    expect(fits(smallDocument({ vserver: {} }))).toBe(false);
  });
});

/** By the ends of the names of parameters. */
const VALUES = {
  runnerToken: 'a-token-of-some-length',
  Password: 'correct-horse-1',
  certificate: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
  privateKey: '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n',
  sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE staff@example.com',
  Key: `${'A'.repeat(43)}=`,
} as const;
const valueOf = (name: string): string =>
  Object.entries(VALUES).find(([end]) => name.endsWith(end))?.[1] ?? 'unknown';
/** Something that fits for each parameter without a default. */
const valuesFor = ({ parameters = {} }: Descriptor): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, declared]) =>
      declared.default === undefined ? [[name, valueOf(name)]] : [],
    ),
  );

describe('the library', () => {
  it('is there', () => {
    expect(library.toSorted()).toEqual([
      '1-tier.yaml',
      '2-tier.yaml',
      'bastion.yaml',
      'batch-cluster.yaml',
      'ci-farm.yaml',
      'ha-web-farm.yaml',
      'secure-shop.yaml',
      'skeleton-1-tier.yaml',
      'skeleton-2-tier.yaml',
      'skeleton-3-tier.yaml',
      'three-tier.yaml',
      'web-farm.yaml',
      'windows.yaml',
      'wordpress.yaml',
    ]);
  });

  it.each(library)('has %s, which fits the schema, wastes no parameter and can be made', (name) => {
    expect(fits(parse(libraryText(name)))).toBe(true);
    expect(libraryText(name).startsWith('# yaml-language-server: $schema=./schema.json\n')).toBe(true);
    const descriptor = parseDescriptor(libraryText(name));
    expect(listUnusedParameters(descriptor)).toEqual([]);
    const design = bindParameters(descriptor, valuesFor(descriptor));
    const pairs = design.efms.filter(({ redundant }) => redundant === true).length;
    expect(allocateNext(design).spec.servers.length).toBe(design.efms.length + pairs + design.servers.length);
  });

  it('is explained by examples that are right', () => {
    const text = readFileSync(new URL('../../../../../descriptors/README.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example = '']) => example);
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const isWhole = example.includes('apiVersion:');
      const document = isWhole
        ? example
        : JSON.stringify(smallDocument(parse(example) as Record<string, unknown>));
      const parsed = parseDescriptor(document);
      expect(() => bindParameters(parsed, valuesFor(parsed))).not.toThrow();
    }
  });
});
