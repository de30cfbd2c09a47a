/** Checks bodies and queries against their classes; unknown fields are refused, all mistakes are reported together. */
import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { DomainError, type Violation } from '@openvsys/vsys';
import { ValidationError } from 'class-validator';
import { mayBeEmpty } from './may-be-empty.decorator.js';

const PREFIX: Partial<Record<ArgumentMetadata['type'], string>> = { query: '/query', param: '/path' };

/** RFC 6901: `~` and `/` inside a key are written `~0` and `~1`. */
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: false,
      validationError: { target: false, value: false },
    });
  }

  override async transform(sent: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const value = sent === undefined && mayBeEmpty(metadata.metatype) ? {} : sent;
    if (metadata.type === 'body' && this.toValidate(metadata)) requireObject(value);
    try {
      return await super.transform(value, metadata);
    } catch (thrown) {
      if (thrown instanceof Refused) throw refusalOf(thrown.errors, PREFIX[metadata.type] ?? '');
      throw thrown;
    }
  }

  override createExceptionFactory() {
    return (errors: ValidationError[] = []) => new Refused(errors);
  }
}

/** Carries the validator's findings from the framework's hook to `transform`, where the place is known. */
class Refused extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('refused');
  }
}

function requireObject(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new DomainError('invalid-request', 'The body must be a JSON object.', {
    pointer: '',
    remedy: 'Send an object with Content-Type: application/json.',
  });
}

function refusalOf(errors: readonly ValidationError[], prefix: string): DomainError {
  const violations = violationsOf(errors, prefix);
  const count = violations.length === 1 ? 'one mistake' : `${violations.length} mistakes`;
  return new DomainError('invalid-request', `The request has ${count}.`, {
    violations,
    ...(violations.length === 1 && violations[0] !== undefined ? { pointer: violations[0].pointer } : {}),
    remedy: 'Correct the places named in violations; the API document at /docs shows what is expected.',
  });
}

function violationsOf(errors: readonly ValidationError[], prefix: string): Violation[] {
  return errors.flatMap((error) => {
    const pointer = `${prefix}/${escaped(error.property)}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) =>
      violationOf(pointer, rule, message),
    );
    return [...own, ...violationsOf(error.children ?? [], pointer)];
  });
}

function violationOf(pointer: string, rule: string, message: string): Violation {
  if (rule !== 'whitelistValidation') return { pointer, message };
  return { pointer, message: 'There is no such field.', remedy: 'Remove it or correct its name.' };
}
