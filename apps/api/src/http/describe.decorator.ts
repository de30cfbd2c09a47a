/** What a route tells about itself: summary, answers, problems. The document and the status code come from one place. */
import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorCode } from '@openvsys/vsys';
import { PROBLEM_KINDS } from './problem.table.js';
import { Problem } from './problem.view.js';
import { REASON_HEADER } from './reason.js';
import { tellFieldsOf } from './told-fields.js';

interface AnswerDoc {
  readonly status: number;
  readonly description: string;
  /** Class of the body; none: no body. */
  readonly type?: Type<object>;
  /** The body may be one of these instead of `type`, e.g. a plan for a dry run. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RouteDoc {
  readonly summary: string;
  readonly description: string;
  /** The first one is what the handler answers unless it says otherwise. */
  readonly answers: readonly [AnswerDoc, ...AnswerDoc[]];
  /** What can go wrong beside missing credentials and malformed requests. */
  readonly problems?: readonly ErrorCode[];
}

/** Every route can answer these. */
const ALWAYS: readonly ErrorCode[] = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'rate-limited',
  'internal',
];

export function Describe(doc: RouteDoc): MethodDecorator {
  const codes = [...new Set([...ALWAYS, ...(doc.problems ?? [])])];
  return applyDecorators(
    HttpCode(doc.answers[0].status),
    ApiOperation({ summary: doc.summary, description: doc.description }),
    ApiExtraModels(Problem),
    ...doc.answers.map(answerDecorator),
    ...problemDecorators(codes),
  );
}

/** A change that may be repeated safely with the same key. */
export function Repeatable(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Chosen by the caller, e.g. a UUID. A repeat with the same key and the same request gets the stored answer of the first and changes nothing; the same key with another request is refused.',
      example: '7a0c1a52-6a54-4f0e-9f0b-2f3f4c5d6e7f',
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    }),
    ApiHeader({
      name: REASON_HEADER,
      required: false,
      description:
        'Why the change is made, percent-encoded UTF-8, at most 500 characters. It is kept in the audit.',
      example: 'ticket%204711%3A%20more%20load%20on%20Monday',
      schema: { type: 'string', minLength: 1, maxLength: 4_500 },
    }),
    ...problemDecorators(['idempotency-reused']),
  );
}

const IF_MATCH =
  'ETag of the VSYS as the caller knows it (its generation in quotes). The change is refused with 412 when it was changed meanwhile.';

/** A change that must name the version it is based on. */
export function MatchRequired(): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: IF_MATCH, example: '"3"' }),
    ...problemDecorators(['stale', 'precondition-required']),
  );
}

/** A change that may name the version it is based on. */
export function MatchOptional(): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'If-Match', required: false, description: IF_MATCH, example: '"3"' }),
    ...problemDecorators(['stale']),
  );
}

function answerDecorator(answer: AnswerDoc): MethodDecorator {
  const headers = Object.entries(answer.headers ?? {}).map(
    ([name, description]) => [name, { description, schema: { type: 'string' as const } }] as const,
  );
  const base = {
    status: answer.status,
    description: answer.description,
    headers: Object.fromEntries(headers),
  };
  const { type } = answer;
  if (type === undefined) return ApiResponse(base);
  const schema = { $ref: getSchemaPath(type) };
  const tell: MethodDecorator = (_target, _key, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler === 'function') tellFieldsOf(handler, answer.status, type);
  };
  return applyDecorators(
    tell,
    ApiExtraModels(type),
    ApiResponse({ ...base, content: { [answer.contentType ?? 'application/json']: { schema } } }),
  );
}

const CODES_BY_ROUTE = new WeakMap<object, Map<number, Set<ErrorCode>>>();

/** Problems of one status share one response; decorators of one route add to each other. */
function problemDecorators(codes: readonly ErrorCode[]): MethodDecorator[] {
  return codes.map((code): MethodDecorator => (target, key, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler !== 'function') return;
    const { status } = PROBLEM_KINDS[code];
    const known = CODES_BY_ROUTE.get(handler) ?? new Map<number, Set<ErrorCode>>();
    CODES_BY_ROUTE.set(handler, known);
    const same = (known.get(status) ?? new Set<ErrorCode>()).add(code);
    known.set(status, same);
    const description = [...same]
      .toSorted()
      .map((each) => `\`${each}\`: ${PROBLEM_KINDS[each].title}.`)
      .join(' ');
    const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } };
    ApiResponse({ status, description, content })(target, key, descriptor);
  });
}
