import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fillReferences, isOpen, listDescriptorReferences, listReferences } from './references.js';

const filled = (value: unknown, values: Record<string, string | number | boolean>): unknown =>
  (fillReferences({ vservers: value as object }, values) as { vservers: unknown }).vservers;

describe('references', () => {
  it.each<[string, unknown]>([
    ['${n}', 3],
    ['${on}', true],
    ['${n} of ${word}', '3 of a'],
    ['$${n}', '${n}'],
    ['$$${n}', '$${n}'],
    ['$$', '$$'],
    ['${n}${n}', '33'],
    ['${unknown}', '${unknown}'],
    ['${n} ${unknown}', '${n} ${unknown}'],
    ['plain', 'plain'],
  ])('%s becomes %s', (text, expected) => {
    expect(filled(text, { n: 3, on: true, word: 'a' })).toBe(expected);
  });

  it('are not looked for in what was filled in', () => {
    expect(filled('${a}', { a: '${b}', b: 'x' })).toBe('${b}');
    expect(filled('<${a}>', { a: '$&${b}', b: 'x' })).toBe('<$&${b}>');
  });

  it('count in lists and maps, but not in metadata and declarations', () => {
    const document = {
      metadata: { title: '${a}' },
      parameters: { a: { default: '${a}' } },
      vservers: { web: { nics: [{ vnet: '${a}' }], userData: '${b} $${c} ${d' } },
    };
    expect(listDescriptorReferences(document)).toEqual([
      { pointer: '/vservers/web/nics/0/vnet', name: 'a', text: '${a}' },
      { pointer: '/vservers/web/userData', name: 'b', text: '${b}' },
      { pointer: '/vservers/web/userData', name: undefined, text: '${' },
    ]);
    expect(fillReferences(document, { a: 'x' })).toMatchObject({ metadata: { title: '${a}' } });
  });

  test.prop([fc.string()])('any text can be written so that it comes out as it is', (text) => {
    const escaped = text.replaceAll('${', '$$${');
    expect(isOpen(escaped)).toBe(false);
    expect(listReferences(escaped)).toEqual([]);
    expect(filled(escaped, {})).toBe(text);
  });
});
