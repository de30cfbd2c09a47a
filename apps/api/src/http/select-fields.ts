/**
 * `?fields=id,name` of a list: the rows have these fields only. It is about what travels, not about what is read; a field that
 * the rows do not have is refused, so that a slip of the pen does not look like missing data.
 */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { DomainError } from '@openvsys/vsys';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { fieldsToldBelow } from './told-fields.js';

@Injectable()
export class SelectFields implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const wished = http.getRequest<Request>().query?.['fields'];
    if (typeof wished !== 'string') return next.handle();
    const fields = wished.split(',');
    return next.handle().pipe(
      map((body: unknown) => {
        const { statusCode } = http.getResponse<Response>();
        if (!isPage(body)) return body;
        refuseUnknown(fields, fieldsToldBelow(context.getHandler(), statusCode, 'items'));
        return { ...body, items: body.items.map((item) => selected(item, fields)) };
      }),
    );
  }
}

const isPage = (body: unknown): body is { readonly items: readonly unknown[] } =>
  typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);

function selected(item: unknown, fields: readonly string[]): unknown {
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)));
}

function refuseUnknown(fields: readonly string[], known: readonly string[] | undefined): void {
  const unknown = known && fields.find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new DomainError('invalid-request', `The rows have no field “${unknown.slice(0, 64)}”.`, {
    pointer: '/query/fields',
    remedy: `Name some of ${known?.join(', ') ?? ''}.`,
  });
}
