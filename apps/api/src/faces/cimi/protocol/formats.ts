/** JSON or XML, in both directions. */
import type { Request } from 'express';
import { CimiRefusal } from './refusal.js';

export interface Format {
  readonly kind: 'json' | 'xml';
  /** As the caller names it. */
  readonly contentType: string;
}

export const JSON_FORMAT: Format = { kind: 'json', contentType: 'application/json' };
const XML_FORMAT: Format = { kind: 'xml', contentType: 'application/xml' };
/** JSON first: what callers get to whom all is right. */
const OFFERED = ['application/json', 'application/xml', 'text/xml'];

/** `wished` ($format) goes before Accept. Throws 406. */
export function answerFormat(request: Request, wished: Format['kind'] | undefined): Format {
  if (wished !== undefined) return wished === 'json' ? JSON_FORMAT : XML_FORMAT;
  const accepted = request.accepts(OFFERED);
  if (accepted === false) throw new CimiRefusal(406, 'Answers come as application/json or application/xml.');
  return { kind: accepted === 'application/json' ? 'json' : 'xml', contentType: accepted };
}

/** Undefined: there is no body. Throws 415. */
export function bodyFormat(request: Request, text: string): Format['kind'] | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (text.trim() === '') return undefined;
  // Without a word about it the first character tells.
  if (type === undefined || type === '') return text.trimStart().startsWith('<') ? 'xml' : 'json';
  if (type === 'application/json' || type === 'text/json') return 'json';
  if (type === 'application/xml' || type === 'text/xml') return 'xml';
  throw new CimiRefusal(415, 'Bodies come as application/json or application/xml.');
}
