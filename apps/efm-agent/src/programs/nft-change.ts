/**
 * From one nftables file of ours to the next by what differs only: one rule among ten thousand must not cost a load of all.
 * Works on the blocks of the table, which our files write one after the other:
 *
 *   counter name { … }   set name { type …; elements = { … } }   map name { … }   chain name { … }
 *
 * Equal blocks are left alone, so their counters go on counting. A chain that differs is flushed and filled again: files
 * keep chains small. Sets and maps change by elements. The script is one transaction, like every `nft -f`.
 */

interface Block {
  readonly kind: string;
  readonly name: string;
  /** With its braces. */
  readonly text: string;
}

interface Elements {
  /** The block without its elements. */
  readonly frame: string;
  readonly elements: ReadonlySet<string>;
}

const TABLE = 'ip openvsys';
const START = /^(chain|set|map|counter)\s+("?)([\w.-]+)\2\s*\{/;
const ELEMENTS = /elements\s*=\s*\{([^{}]*)\}/;
const HAS_ELEMENTS: readonly string[] = ['set', 'map'];
/** Elements in one statement: nft reads long lines slowly. */
const ELEMENTS_A_STATEMENT = 500;

/** Empty when nothing differs; undefined when the texts are not as described, so that all has to be loaded. */
export function nftChange(before: string, after: string): string | undefined {
  const old = blocksOf(before);
  const wanted = blocksOf(after);
  if (old === undefined || wanted === undefined) return undefined;
  const gone = [...old.values()].filter(({ kind, name }) => !wanted.has(`${kind} ${name}`));
  const fresh = [...wanted.values()].filter(({ kind, name }) => !old.has(`${kind} ${name}`));
  const pairs = [...wanted.values()].flatMap((next) => {
    const previous = old.get(`${next.kind} ${next.name}`);
    return previous === undefined || previous.text === next.text ? [] : [{ previous, next }];
  });
  if (gone.length + fresh.length + pairs.length === 0) return '';
  const chains = pairs.filter(({ next }) => next.kind === 'chain');
  if (chains.some(({ previous, next }) => hookOf(previous) !== hookOf(next))) return undefined;
  const changes = pairs.filter(({ next }) => HAS_ELEMENTS.includes(next.kind)).map(elementChanges);
  if (changes.includes(undefined)) return undefined;
  const sets = changes.flatMap((change) => change ?? []);
  return `${[
    // First everything that refers to something, then what was referred to, then the new in the same order.
    ...[...gone.filter(({ kind }) => kind === 'chain'), ...chains.map(({ next }) => next)].map(flush),
    ...sets.flatMap(({ name, removed }) => elementStatements('delete', name, removed)),
    ...gone.filter(({ kind }) => kind === 'map').map(remove),
    ...gone.filter(({ kind }) => kind === 'chain').map(remove),
    ...gone.filter(({ kind }) => kind !== 'chain' && kind !== 'map').map(remove),
    `table ${TABLE} {`,
    ...fresh.map(({ text }) => text),
    ...chains.map(({ next }) => next.text),
    '}',
    ...sets.flatMap(({ name, added }) => elementStatements('add', name, added)),
  ].join('\n')}\n`;
}

const flush = ({ name }: Block): string => `flush chain ${TABLE} ${name}`;
const remove = ({ kind, name }: Block): string => `delete ${kind} ${TABLE} ${name}`;
/** The line that binds a chain to the kernel cannot be changed in place. */
const hookOf = ({ text }: Block): string => /type \w+ hook [^\n;]*;[^\n]*/.exec(text)?.[0] ?? '';

function* statements(verb: string, name: string, elements: readonly string[]): Generator<string> {
  for (let start = 0; start < elements.length; start += ELEMENTS_A_STATEMENT) {
    const some = elements.slice(start, start + ELEMENTS_A_STATEMENT).join(', ');
    yield `${verb} element ${TABLE} ${name} { ${some} }`;
  }
}
const elementStatements = (...args: Parameters<typeof statements>): string[] => [...statements(...args)];

/** Undefined when more than the elements differs. */
function elementChanges({ previous, next }: { readonly previous: Block; readonly next: Block }) {
  const [old, wanted] = [splitElements(previous), splitElements(next)];
  if (old.frame !== wanted.frame) return undefined;
  return {
    name: next.name,
    // What an element leads to is no part of its key when it is deleted; nft takes it with it nevertheless.
    removed: [...old.elements].filter((element) => !wanted.elements.has(element)),
    added: [...wanted.elements].filter((element) => !old.elements.has(element)),
  };
}

function splitElements({ text }: Block): Elements {
  const list = ELEMENTS.exec(text)?.[1] ?? '';
  return {
    frame: text.replace(ELEMENTS, '').replace(/\s+/g, ' '),
    elements: new Set(
      list
        .split(/,(?![^(]*\))/)
        .map((element) => element.trim())
        .filter((element) => element !== ''),
    ),
  };
}

/** Undefined when there is anything in the file that is not a block of the table, its declaration or a comment. */
function blocksOf(text: string): Map<string, Block> | undefined {
  const head =
    /^((?:\s*#[^\n]*\n|\s*table ip openvsys\n|\s*delete table ip openvsys\n)*)\s*table ip openvsys \{\n/.exec(
      text,
    );
  if (head === null) return undefined;
  const blocks = new Map<string, Block>();
  let at = head[0].length;
  for (;;) {
    at += /^(?:\s+|#[^\n]*\n)*/.exec(text.slice(at, at + 4096))?.[0].length ?? 0;
    if (text[at] === '}') return text.slice(at + 1).trim() === '' ? blocks : undefined;
    const start = START.exec(text.slice(at, at + 256));
    if (start === null) return undefined;
    const end = closingBrace(text, at + start[0].length);
    if (end === undefined) return undefined;
    const [, kind = '', , name = ''] = start;
    blocks.set(`${kind} ${name}`, { kind, name, text: text.slice(at, end + 1) });
    at = end + 1;
  }
}

/** Position of the brace that closes one opened before `from`. Braces in quotes do not count. */
function closingBrace(text: string, from: number): number | undefined {
  let depth = 1;
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return at;
  }
  return undefined;
}
