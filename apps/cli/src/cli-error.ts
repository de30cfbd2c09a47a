/** What ends a command: a sentence for the reader, the exit code for the script, and what the API said, if it was asked. */
import type { Problem as ApiProblem } from '@openvsys/api-client';
import { EXIT, exitCodeOfStatus, type ExitCode } from './exit-codes.js';
import { safe } from './output/terminal-text.js';

/** The parts of an RFC 9457 problem that are shown; all may be missing when something between us and the API answered. */
export type Problem = Partial<
  Pick<
    ApiProblem,
    | 'title'
    | 'status'
    | 'detail'
    | 'code'
    | 'pointer'
    | 'remedy'
    | 'retry'
    | 'requestId'
    | 'violations'
    | 'details'
  >
>;

export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    readonly problem: Problem = {},
  ) {
    super(message);
  }
}

/** Wrong use of the command: exit code 2. */
export function usageError(message: string, remedy: string): CliError {
  return new CliError(message, EXIT.usage, { remedy });
}

/** No answer at all: the cause is a network error or a time-out. */
export function errorOfSilence(cause: unknown): CliError {
  return new CliError('The server could not be reached.', EXIT.unavailable, {
    detail: cause instanceof Error ? causeOf(cause) : String(cause),
    remedy: 'Check the URL of the profile and that the server runs; a repeat can help.',
  });
}

/** An answer that is not a success. Anything that is no problem document is shown by its status alone. */
export function errorOfAnswer(body: unknown, status: number): CliError {
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const message = problem.detail ?? problem.title ?? `The server answered with status ${status}.`;
  return new CliError(message, exitCodeOfStatus(status), { ...problem, status });
}

function causeOf(error: Error): string {
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors.map(String).join('; ');
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}

const RETRY_HINT: Readonly<Record<string, string>> = {
  same: 'the same request can succeed after a pause',
  elsewhere: 'it can succeed on another host or storage',
  'after-change': 'only after something was changed',
};

/** A problem as a person reads it: what, where, what to do, whether to repeat, and the id to report. */
export function explain(error: CliError): string {
  const { problem } = error;
  const lines = [`error: ${error.message}`];
  if (problem.detail !== undefined && problem.detail !== error.message) lines.push(`  ${problem.detail}`);
  if (problem.code !== undefined) lines.push(`  code     ${problem.code}`);
  lines.push(...placeLines(error));
  if (problem.remedy !== undefined) lines.push(`  remedy   ${problem.remedy}`);
  const hint = problem.retry === undefined ? undefined : RETRY_HINT[problem.retry];
  if (hint !== undefined) lines.push(`  retry    ${hint}`);
  if (problem.requestId !== undefined) lines.push(`  request  ${problem.requestId}`);
  return lines.map(safe).join('\n');
}

/** Every wrong place. What the message and the remedy of the whole say already is not said again. */
function placeLines({ message, problem }: CliError): string[] {
  const { pointer, violations = [], remedy } = problem;
  if (violations.length === 0) return pointer === undefined ? [] : [`  at       ${pointer}`];
  return violations.flatMap((violation) => {
    const place = violation.pointer || '/';
    const said = message.includes(violation.message) && message.includes(place);
    const own = violation.remedy === remedy ? undefined : violation.remedy;
    return [
      `  at       ${place}${said ? '' : `: ${violation.message}`}`,
      ...(own === undefined ? [] : [`           ${own}`]),
    ];
  });
}
