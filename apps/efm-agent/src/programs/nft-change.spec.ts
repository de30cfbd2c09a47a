import { describe, expect, it } from 'vitest';
import { nftChange } from './nft-change.js';

const file = (...blocks: readonly string[]) =>
  `# made by a test\ntable ip openvsys\ndelete table ip openvsys\ntable ip openvsys {\n${blocks.join('\n\n')}\n}\n`;
const chain = (name: string, ...rules: readonly string[]) =>
  `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }`;
const FORWARD = chain('forward', 'type filter hook forward priority filter; policy drop;', 'jump a');

describe('the change between two files', () => {
  it('is nothing for equal ones, whatever their comments say', () => {
    expect(nftChange(file(FORWARD), file(FORWARD).replace('a test', 'another'))).toBe('');
  });

  it('leaves equal chains alone', () => {
    const change = nftChange(file(FORWARD, chain('a', 'accept')), file(FORWARD, chain('a', 'drop')));
    expect(change).toContain('flush chain ip openvsys a');
    expect(change).toContain('drop');
    expect(change).not.toContain('forward');
  });

  it('changes sets by their elements', () => {
    const set = (elements: string) => `  set s {\n    type ipv4_addr\n    elements = { ${elements} }\n  }`;
    const change = nftChange(file(set('10.0.0.1, 10.0.0.2')), file(set('10.0.0.2, 10.0.0.3')));
    expect(change).toContain('delete element ip openvsys s { 10.0.0.1 }');
    expect(change).toContain('add element ip openvsys s { 10.0.0.3 }');
    expect(change).not.toContain('10.0.0.2');
  });

  it('gives up on what it does not know, so that everything is loaded', () => {
    expect(nftChange('table inet other { }', file(FORWARD))).toBeUndefined();
    expect(nftChange(file(FORWARD), `${file(FORWARD)}flush ruleset\n`)).toBeUndefined();
    expect(nftChange(file(FORWARD), file(FORWARD.replace('policy drop', 'policy accept')))).toBeUndefined();
    const typed = (type: string) => file(`  set s {\n    type ${type}\n  }`);
    expect(nftChange(typed('ipv4_addr'), typed('inet_service'))).toBeUndefined();
  });

  it('is not confused by braces in names and by one-line blocks', () => {
    const before = file('  counter c { }', chain('a', 'log prefix "openvsys } "', 'accept'));
    expect(
      nftChange(before, file('  counter c { }', chain('a', 'log prefix "openvsys } "', 'drop'))),
    ).toContain('flush chain');
  });
});
