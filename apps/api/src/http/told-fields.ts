/**
 * What an answer tells is what the document names. Use cases answer with what they know; where a thing lies, whose row it is
 * and who asked for it must not get out because a view was forgotten.
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

type Class = abstract new (...args: never[]) => object;

/** Where `@ApiProperty` keeps what it is told: a list of `:name` on the prototype, and a description a name. */
const NAMES = 'swagger/apiModelPropertiesArray';
const DESCRIPTION = 'swagger/apiModelProperties';

const TYPES = new WeakMap<object, Map<number, Class>>();

/** The body of `handler` is a `type` when it answers with `status`. */
export function tellFieldsOf(handler: object, status: number, type: Class): void {
  const known = TYPES.get(handler) ?? new Map<number, Class>();
  TYPES.set(handler, known.set(status, type));
}

@Injectable()
export class ToldFields implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const types = TYPES.get(context.getHandler());
    if (types === undefined) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((body: unknown) => {
        const type = types.get(response.statusCode);
        return type === undefined ? body : told(body, type);
      }),
    );
  }
}

function told(value: unknown, type: Class): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => told(item, type));
  if (typeof value !== 'object' || value === null) return value;
  const fields = fieldsOf(type);
  // A free form, e.g. a design.
  if (fields === undefined) return value;
  // A loop, because each field of each row of every answer comes by here.
  const shown: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const below = fields.get(name);
    if (below !== undefined) shown[name] = told(inner, below);
    else if (fields.has(name)) shown[name] = inner;
  }
  return shown;
}

/** Names of the fields of what is below `field` in the body that `handler` answers with; undefined: it is a free form. */
export function fieldsToldBelow(
  handler: object,
  status: number,
  field: string,
): readonly string[] | undefined {
  const type = TYPES.get(handler)?.get(status);
  const below = type && fieldsOf(type)?.get(field);
  const fields = below && fieldsOf(below);
  return fields && [...fields.keys()];
}

const FIELDS = new WeakMap<Class, ReadonlyMap<string, Class | undefined>>();

/** Names, each with the class of what is below it; undefined for classes that are not documented. */
function fieldsOf(type: Class): ReadonlyMap<string, Class | undefined> | undefined {
  const known = FIELDS.get(type);
  if (known !== undefined) return known;
  const prototype: unknown = type.prototype;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  const names = Reflect.getMetadata(NAMES, prototype) as readonly string[] | undefined;
  if (names === undefined) return undefined;
  const fields = new Map(
    names.map((entry) => {
      const name = entry.slice(1);
      const { type: below } = (Reflect.getMetadata(DESCRIPTION, prototype, name) ?? {}) as { type?: unknown };
      return [name, documentedClass(below)] as const;
    }),
  );
  FIELDS.set(type, fields);
  return fields;
}

/** Types come as classes, as `() => class`, in a list of one, or as words of JSON schema. */
function documentedClass(type: unknown): Class | undefined {
  const given: unknown = Array.isArray(type) ? type[0] : type;
  if (typeof given !== 'function') return undefined;
  const isLazy = given.prototype === undefined;
  const named: unknown = isLazy ? (given as () => unknown)() : given;
  if (typeof named !== 'function' || typeof named.prototype !== 'object') return undefined;
  return Reflect.hasMetadata(NAMES, named.prototype as object) ? (named as Class) : undefined;
}
