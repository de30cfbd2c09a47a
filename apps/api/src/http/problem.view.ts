/** The body of every error answer: RFC 9457 problem details with what a reader and a program need to go on. */
import { ERROR_CODES, type ErrorCode, type Retry } from '@openvsys/vsys';
import { Choice, ListOf, Mapping, Text, Whole } from './fields.js';

abstract class ViolationFields {
  @Text({
    description:
      'RFC 6901 pointer to the wrong place: into the descriptor, or into the body of the request; `/query/…` and `/path/…` for other inputs.',
    example: '/vservers/web/type',
    maxLength: 1_000,
  })
  pointer!: string;

  @Text({
    description: 'What is wrong there.',
    example: 'No server type is called “standard.smal”.',
    maxLength: 2_000,
  })
  message!: string;

  @Text({
    description: 'What can be done.',
    example: 'Did you mean “standard.small”?',
    maxLength: 2_000,
    optional: true,
  })
  remedy?: string;
}

export class ViolationView extends ViolationFields {
  @Whole({ description: 'Line in the descriptor’s text, from 1.', example: 9, minimum: 1, optional: true })
  line?: number;

  @Whole({ description: 'Column in the descriptor’s text, from 1.', example: 84, minimum: 1, optional: true })
  column?: number;
}

export class Problem {
  @Text({
    description: 'URI of the kind of problem.',
    example: 'urn:openvsys:problem:invalid-descriptor',
    format: 'uri',
  })
  type!: string;

  @Text({
    description: 'The kind of problem in words; the same for each problem of a type.',
    example: 'The descriptor is not valid',
  })
  title!: string;

  @Whole({ description: 'HTTP status.', example: 422, minimum: 400, maximum: 599 })
  status!: number;

  @Text({
    description: 'What happened in this case.',
    example: 'The descriptor has 1 mistake.',
    maxLength: 4_000,
  })
  detail!: string;

  @Text({ description: 'The path that was requested.', example: '/v1/vsys', maxLength: 2_000 })
  instance!: string;

  @Choice({
    description: 'The kind of problem for programs.',
    example: 'invalid-descriptor',
    of: ERROR_CODES,
    name: 'ErrorCode',
  })
  code!: ErrorCode;

  @Text({
    description: 'The wrong place when there is a single one.',
    example: '/vservers/web/type',
    maxLength: 1_000,
    optional: true,
  })
  pointer?: string;

  @ListOf({ description: 'All wrong places.', optional: true }, () => ViolationView)
  violations?: readonly ViolationView[];

  @Text({
    description: 'What can be done.',
    example: 'Correct the places named in violations.',
    maxLength: 2_000,
    optional: true,
  })
  remedy?: string;

  @Choice({
    description:
      'What a repeat can bring: `same` – as it is, after a pause; `elsewhere` – on another host or storage; `after-change` – only after something was changed; `never`.',
    example: 'after-change',
    of: ['same', 'elsewhere', 'after-change', 'never'],
    name: 'Retry',
  })
  retry!: Retry;

  @Text({
    description: 'Name it when you report the problem.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  })
  requestId!: string;

  @Mapping({
    description: 'Facts for programs: limit, used, requested, present state …',
    example: { limit: 20, used: 20, requested: 1 },
    optional: true,
  })
  details?: Readonly<Record<string, unknown>>;
}
