import { fc, test } from '@fast-check/vitest';
import { DomainError } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { readXml, XML_LIMITS } from './read-xml.js';
import { writeXml, type XmlNode } from './write-xml.js';
import { childrenNamed, findChild, findText, type XmlElement } from './xml-element.js';

function refusalOf(source: string | Uint8Array): DomainError {
  try {
    readXml(source);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('reading', () => {
  it('keeps text as it came, resolves names, tells attributes from declarations', () => {
    const root = readXml(
      '<?xml version="1.0" encoding ="UTF-8"?>\r\n<a xmlns="urn:x" xmlns:y="urn:y"><b y:k="1" l="2"> 1\n</b><y:b>&lt;<![CDATA[&]]>&#65;</y:b><c/></a>',
    );
    expect(root).toMatchObject({ name: 'a', namespace: 'urn:x', attributes: [] });
    expect(findChild(root, 'b')).toEqual({
      name: 'b',
      namespace: 'urn:x',
      attributes: [
        { name: 'k', namespace: 'urn:y', value: '1' },
        { name: 'l', namespace: '', value: '2' },
      ],
      children: [],
      text: ' 1\n',
    });
    expect(childrenNamed(root, 'b').map(({ namespace, text }) => [namespace, text])).toEqual([
      ['urn:x', ' 1\n'],
      ['urn:y', '<&A'],
    ]);
    expect([findText(root, 'b'), findText(root, 'c'), findText(root, 'd')]).toEqual([
      '1',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['two roots', '<a/><b/>'],
    ['an open end', '<a><b></a>'],
    ['an unescaped ampersand', '<a>x & y</a>'],
    ['an entity of its own', '<a>&bomb;</a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['an unbound prefix', '<x:a/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['depth', '<a>'.repeat(200_000)],
    ['elements', `<a>${'<b/>'.repeat(XML_LIMITS.elements)}</a>`],
    ['attributes', `<a ${Array.from({ length: 65 }, (_, n) => `a${n}=""`).join(' ')}/>`],
  ])('refuses %s', (_what, text) => {
    expect(refusalOf(text).code).toBe('invalid-request');
  });

  it('refuses what is too large or no UTF-8', () => {
    expect(refusalOf(`<a>${'x'.repeat(XML_LIMITS.size)}</a>`).code).toBe('too-large');
    expect(refusalOf(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])).code).toBe(
      'invalid-request',
    );
  });

  test.prop([fc.oneof(fc.string(), fc.stringMatching(/^<[a-c/<>&;! "=?\-[\]]{0,40}$/))])(
    'answers any text with a document or a refusal',
    (text) => {
      try {
        expect(readXml(text).name).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(DomainError);
      }
    },
  );
});

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/);
/** Carriage returns are written so that they survive; lone surrogates and control characters cannot. */
const text = fc.string({
  unit: fc.constantFrom('a', '<', '>', '&', '"', "'", '\n', '\r', ']]>', 'é', '😀', ' '),
});
const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
  node: fc.record({
    name,
    attributes: fc.dictionary(name, fc.constantFrom('', 'x', '<&">')),
    content: fc.oneof({ maxDepth: 4 }, text, fc.array(tie('node'), { maxLength: 4 })),
  }),
}));

/** What reading what was written must give: whitespace between elements is of no account. */
function plain({ name: tag, attributes, children, text: inside }: XmlElement): XmlNode {
  return {
    name: tag,
    attributes: Object.fromEntries(attributes.map((each) => [each.name, each.value])),
    content: children.length === 0 ? inside : children.map(plain),
  };
}
const emptied = (each: XmlNode): XmlNode => ({
  ...each,
  content:
    each.content.length === 0
      ? ''
      : typeof each.content === 'string'
        ? each.content
        : each.content.map(emptied),
});

describe('writing', () => {
  test.prop([node])('is undone by reading', (written) => {
    expect(plain(readXml(writeXml(written)))).toEqual(emptied(written));
  });

  it('has no character that XML cannot hold', () => {
    const written = writeXml({ name: 'a', content: 'x\u0000\u001b\ud800y' });
    expect(readXml(written).text).toBe('x\ufffd\ufffd\ufffdy');
  });

  it('lays out as the style says, and keeps texts in one piece', () => {
    const root: XmlNode = {
      name: 'r',
      attributes: { xmlns: 'urn:r' },
      content: [
        { name: 's', content: 'ok' },
        { name: 'e', content: [] },
      ],
    };
    expect(writeXml(root, { newline: '\r\n', indent: ' ' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\r\n<r xmlns="urn:r">\r\n <s>ok</s>\r\n <e/>\r\n</r>\r\n',
    );
  });
});
