/** What a change of an EFM would do, for people. */
import type { ChangedVerdictView, EfmPreviewView } from '@openvsys/api-client';
import type { Colors } from '../../output/colors.js';
import { safe } from '../../output/terminal-text.js';

export function renderPreview({ appliances, plan }: EfmPreviewView, colors: Colors): string {
  const blocks = appliances.flatMap(({ name, id, files, secrets, flows }) => [
    colors.bold(`${name} (${id})`),
    ...files.map(({ diff }) => renderDiff(diff, colors)),
    ...secrets.map((file) => `another ${safe(file)}`),
    ...(flows.length === 0 ? [] : ['', ...flows.map((flow) => renderFlow(flow, colors))]),
  ]);
  const warnings = plan.warnings.map(({ pointer, message, remedy = '' }) =>
    safe(`! ${pointer}: ${message} ${remedy}`.trimEnd()),
  );
  const none = appliances.length === 0 ? ['Nothing would change.'] : [];
  return [...none, ...blocks, ...(warnings.length === 0 ? [] : ['', ...warnings])].join('\n');
}

/** The head of a diff says what the lines above it say. */
const HEAD = /^(?:Index|={5,}|---|\+\+\+)/;

const renderDiff = (diff: string, colors: Colors): string =>
  diff
    .trimEnd()
    .split('\n')
    .filter((line) => !HEAD.test(line))
    .map((line) => paint(safe(line), colors))
    .join('\n');

function paint(line: string, { green, red, dim }: Colors): string {
  if (line.startsWith('+')) return green(line);
  if (line.startsWith('-')) return red(line);
  return line.startsWith('@@') ? dim(line) : line;
}

function renderFlow({ flow, before, after }: ChangedVerdictView, colors: Colors): string {
  const { fromZone, source, destination, protocol, port } = flow;
  const who = fromZone === undefined ? source : `${source} (${fromZone})`;
  const word = (allowed: boolean): string => (allowed ? colors.green('passes') : colors.red('denied'));
  const way = `${who} → ${destination} ${protocol}${port === 0 ? '' : ` ${port}`}`;
  return `${safe(way)}: ${word(before.allowed)} → ${word(after.allowed)}  ${safe(after.explanation)}`;
}
