/**
 * Field decorators: one line says what a field is for the validator (class-validator) and for the OpenAPI document,
 * so that the two cannot tell different stories. Used by requests (validated) and by views (documented).
 */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';

type Class = new () => object;

interface FieldDoc {
  readonly description: string;
  readonly example?: unknown;
  /** May be left out. */
  readonly optional?: true;
  /** May be null. Only for views. */
  readonly nullable?: true;
}

interface TextDoc extends FieldDoc {
  readonly example: string | null;
  readonly minLength?: number;
  /** In characters; 200 when not given: every text has a bound. */
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

interface WholeDoc extends FieldDoc {
  readonly minimum?: number;
  readonly maximum?: number;
}

interface ListDoc extends FieldDoc {
  readonly maxItems?: number;
  readonly minItems?: number;
}

/** Texts without a bound of their own end here; long texts (descriptors) name their bound. */
const DEFAULT_MAX_LENGTH = 200;
/** Lists without a bound of their own end here. */
const DEFAULT_MAX_ITEMS = 1_000;

function documented(doc: FieldDoc, schema: ApiPropertyOptions): PropertyDecorator {
  const nullable = doc.nullable === undefined ? {} : { nullable: true };
  const example = doc.example === undefined ? {} : { example: doc.example };
  return ApiProperty({
    ...schema,
    ...nullable,
    ...example,
    description: doc.description,
    required: doc.optional === undefined,
  } as ApiPropertyOptions);
}

function field(doc: FieldDoc, schema: ApiPropertyOptions, ...checks: PropertyDecorator[]): PropertyDecorator {
  const presence = doc.optional === undefined ? [] : [IsOptional()];
  return applyDecorators(documented(doc, schema), ...presence, ...checks);
}

/** A text; `format` and `pattern` go to the document, `pattern` is checked too. */
export function Text(doc: TextDoc): PropertyDecorator {
  const maxLength = doc.maxLength ?? DEFAULT_MAX_LENGTH;
  const schema = {
    type: 'string',
    maxLength,
    ...(doc.minLength === undefined ? {} : { minLength: doc.minLength }),
    ...(doc.pattern === undefined ? {} : { pattern: doc.pattern }),
    ...(doc.format === undefined ? {} : { format: doc.format }),
  } satisfies ApiPropertyOptions;
  const checks = [IsString(), MaxLength(maxLength)];
  if (doc.minLength !== undefined) checks.push(MinLength(doc.minLength));
  if (doc.pattern !== undefined) checks.push(Matches(new RegExp(doc.pattern, 'u')));
  return field(doc, schema, ...checks);
}

/** A UUID. */
export function Uuid(doc: FieldDoc & { readonly example?: string | null }): PropertyDecorator {
  return Text({
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    ...doc,
    maxLength: 36,
    format: 'uuid',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  });
}

/** An instant, ISO 8601 with offset; answers are in UTC. */
export function Instant(doc: FieldDoc & { readonly example?: string | null }): PropertyDecorator {
  const schema = { type: 'string', format: 'date-time' } satisfies ApiPropertyOptions;
  return field({ example: '2026-11-23T15:00:00.000Z', ...doc }, schema, IsISO8601({ strict: true }));
}

/** A whole number. In queries the text is converted first. */
export function Whole(doc: WholeDoc): PropertyDecorator {
  const minimum = doc.minimum ?? 0;
  const maximum = doc.maximum ?? Number.MAX_SAFE_INTEGER;
  return field(
    doc,
    { type: 'integer', format: 'int64', minimum, maximum },
    Type(() => Number),
    IsInt(),
    Min(minimum),
    Max(maximum),
  );
}

/** A figure that may not have been measured; only for views. */
export function Measured(doc: FieldDoc): PropertyDecorator {
  return field({ ...doc, nullable: true }, { type: 'number', format: 'double' });
}

/** A text or a number; only for views. */
export function AnyScalar(doc: FieldDoc): PropertyDecorator {
  const types = [
    { type: 'string' },
    { type: 'number' },
    ...(doc.nullable === undefined ? [] : [{ type: 'null' }]),
  ];
  const { nullable: _nullable, ...rest } = doc;
  return field(rest, { oneOf: types });
}

/** Yes or no. In queries `true` and `false`. */
export function Flag(doc: FieldDoc): PropertyDecorator {
  const read = Transform(({ value }: { value: unknown }) =>
    value === 'true' ? true : value === 'false' ? false : value,
  );
  return field(doc, { type: 'boolean' }, read, IsBoolean());
}

/** One of a closed set. `name` becomes the name of the type in generated clients. */
export function Choice(
  doc: FieldDoc & { readonly of: readonly string[]; readonly name: string },
): PropertyDecorator {
  return field(doc, { enum: [...doc.of], enumName: doc.name }, IsIn([...doc.of]));
}

/** Several of a closed set. */
export function Choices(
  doc: ListDoc & { readonly of: readonly string[]; readonly name: string },
): PropertyDecorator {
  const schema = { enum: [...doc.of], enumName: doc.name, isArray: true } satisfies ApiPropertyOptions;
  return field(doc, schema, ...listChecks(doc), IsIn([...doc.of], { each: true }));
}

/** A part with fields of its own. (Swagger knows a lazy type by the function's name, hence the wrapping.) */
export function Nested(doc: FieldDoc, type: () => Class): PropertyDecorator {
  return field(doc, { type: () => type() }, IsObject(), ValidateNested(), Type(type));
}

/** A list of parts with fields of their own. */
export function ListOf(doc: ListDoc, type: () => Class): PropertyDecorator {
  const schema = {
    type: () => type(),
    isArray: true,
    maxItems: doc.maxItems ?? DEFAULT_MAX_ITEMS,
  } satisfies ApiPropertyOptions;
  return field(doc, schema, ...listChecks(doc), ValidateNested({ each: true }), Type(type));
}

/** A list of texts, each up to 200 characters unless said otherwise. */
export function Texts(doc: ListDoc & { readonly maxLength?: number }): PropertyDecorator {
  const maxItems = doc.maxItems ?? DEFAULT_MAX_ITEMS;
  const schema = { type: 'array', items: { type: 'string' }, maxItems } satisfies ApiPropertyOptions;
  return field(
    doc,
    schema,
    ...listChecks(doc),
    IsString({ each: true }),
    MaxLength(doc.maxLength ?? DEFAULT_MAX_LENGTH, { each: true }),
  );
}

/** An object with free keys. What may be in it is judged by the domain. */
export function Mapping(doc: FieldDoc): PropertyDecorator {
  return field(doc, { type: 'object', additionalProperties: true }, IsObject());
}

function listChecks(doc: ListDoc): PropertyDecorator[] {
  const checks = [IsArray(), ArrayMaxSize(doc.maxItems ?? DEFAULT_MAX_ITEMS)];
  if (doc.minItems !== undefined) checks.push(ArrayMinSize(doc.minItems));
  return checks;
}
