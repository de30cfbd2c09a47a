/**
 * A ruleset as data: named counters, rules that count for themselves, and chains of the table `ip openvsys`. It is written as one file that loads on an
 * empty machine too, and two of them are compared chain by chain, so that a change loads only what differs.
 */

export const TABLE = 'ip openvsys';

export interface Ruleset {
  readonly title: string;
  /** Names of named counters. */
  readonly counters: readonly string[];
  /** Chains that others jump to come first. */
  readonly chains: readonly Chain[];
}

export interface Chain {
  readonly name: string;
  /** `type … hook … priority …; policy …;`; `null`: only jumped to. */
  readonly hook: string | null;
  readonly rules: readonly string[];
}

/**
 * The end of a rule that counts what it decides, known by its comment. Not a named counter: nft reads all of those before it adds
 * a rule, so that a change among ten thousand would take three times as long as among ten.
 */
export const counted = (verdict: 'accept' | 'drop', id: string): string =>
  `counter ${verdict} comment ${quoted(id)}`;

export const quoted = (text: string): string => `"${text}"`;
export const setOf = (items: readonly string[]): string =>
  items.length === 1 ? (items[0] ?? '') : `{ ${items.join(', ')} }`;

/** For `nft -f`: replaces the whole table in one transaction. */
export function rulesetText({ title, counters, chains }: Ruleset): string {
  return [
    `# ${title}, made by OpenVSYS. Changes made here are overwritten.`,
    // Declared before it is deleted: the file loads on an empty machine too.
    `table ${TABLE}`,
    `delete table ${TABLE}`,
    `table ${TABLE} {`,
    ...counters.map((name) => `  counter ${name} {}`),
    ...chains.flatMap(({ name, hook, rules }) => [
      `  chain ${name} {`,
      ...(hook === null ? [] : [`    ${hook}`]),
      ...rules.map((rule) => `    ${rule}`),
      '  }',
    ]),
    '}',
    '',
  ].join('\n');
}
