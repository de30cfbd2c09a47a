// Purpose: the coverage as text for people: what is behaviour, what generic, what is refused, and what each release has.
import { coverageByClass, type ClassCoverage } from './coverage.js';
import { modelOf, PERSONALITY_NAMES, personalityOf, type PersonalityName } from './datamodel/personality.js';

const HEAD = `# What the simulator serves

Written by a test (\`libs/xcp-sim/test/coverage-report.spec.ts\`; run it with \`-u\` after a change) and printed by
\`node apps/xcp-sim/dist/main.js --coverage\`.

- **by hand**: a behaviour of its own, with the checks, errors and effects of a real server. Where the effect would need
  hardware, a guest or a service that is not there, the checks are followed by a refusal.
- **generic**: follows from the data model alone: getters, setters, editing of maps and sets, bulk reads, filters.
- **withdrawn**: no longer part of the API; answers \`MESSAGE_REMOVED\`.
- **refused**: answers \`NOT_IMPLEMENTED\`, after unknown objects were told apart. Nothing pretends to have worked.
`;

/** The whole report as Markdown. */
export function coverageReport(): string {
  const rows = coverageByClass();
  const classes = rows.filter((row) => totalOf(row) > 0).map(classLine);
  return `${HEAD}
## All classes

${summaryLine(rows)}

## Releases

${PERSONALITY_NAMES.map(releaseLine).join('\n')}

## By class

${classes.join('\n')}
`;
}

function totalOf({ written, generic, removed, refused }: ClassCoverage): number {
  return written + generic + removed + refused.length;
}

function counts({ written, generic, removed, refused }: ClassCoverage): string {
  const parts = [
    [written, 'by hand'],
    [generic, 'generic'],
    [removed, 'withdrawn'],
    [refused.length, 'refused'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${count} ${label}`)
    .join(', ');
}

function summaryLine(rows: readonly ClassCoverage[]): string {
  const sum = (pick: (row: ClassCoverage) => number): number => rows.reduce((all, row) => all + pick(row), 0);
  const all = sum(totalOf);
  return (
    `${all} messages: ${sum((row) => row.written)} by hand, ${sum((row) => row.generic)} generic, ` +
    `${sum((row) => row.removed)} withdrawn, ${sum((row) => row.refused.length)} refused.`
  );
}

function classLine(row: ClassCoverage): string {
  const names = row.refused.map((name) => `\`${name}\``).join(', ');
  return `- **\`${row.cls}\`**: ${counts(row)}${names === '' ? '' : ` (${names})`}`;
}

function releaseLine(name: PersonalityName): string {
  const { api, software } = personalityOf(name);
  const classes = [...modelOf(name).classes.values()];
  const fields = classes.reduce((all, cls) => all + cls.fields.size, 0);
  const messages = classes.reduce((all, cls) => all + cls.messages.size, 0);
  return (
    `- \`${name}\`: API ${api.join('.')}, toolstack ${software.xapi}: ` +
    `${classes.length} classes, ${fields} fields, ${messages} messages`
  );
}
