/** One request and its answer in the form of CIMI. */
import type { Request, Response } from 'express';
import { V1_DIALECT, V2_DIALECT, type Dialect } from '../model/dialect.js';
import type { Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import { plainOf, type Plain, type Writing } from '../serialize/plain.js';
import { collectionXml, resourceXml } from '../serialize/xml.js';
import { baseUriOf } from './base-uri.js';
import { errorJob, failureOf } from './error-job.js';
import { answerFormat, JSON_FORMAT, type Format } from './formats.js';
import { negotiatedVersion, VERSION_HEADER } from './versions.js';

export interface Exchange extends Writing {
  readonly request: Request;
  readonly response: Response;
  readonly format: Format;
}

const V2_PATH = /^\/cimi\/2(?:\/|$)/;

/** As it was asked for, wherever in the application it is looked at. */
export const askedPath = ({ originalUrl }: Request): string => originalUrl.split('?')[0] ?? '';

export function dialectOf(request: Request): Dialect {
  return V2_PATH.test(askedPath(request)) ? V2_DIALECT : V1_DIALECT;
}

/** Settles version and format; headers are set from here on. Throws 400 and 406. */
export function openExchange(
  request: Request,
  response: Response,
  publicUrl: string | null,
  wished: Format['kind'] | undefined,
): Exchange {
  const dialect = dialectOf(request);
  if (dialect.version === 1) {
    const header = request.headers[VERSION_HEADER.toLowerCase()];
    response.setHeader(VERSION_HEADER, negotiatedVersion(Array.isArray(header) ? header.join(',') : header));
  }
  response.setHeader('Vary', 'Accept, Authorization');
  const format = answerFormat(request, wished);
  return { request, response, dialect, format, baseUri: baseUriOf(request, dialect, publicUrl) };
}

export function sendResource(exchange: Exchange, status: number, type: TypeName, plain: Plain): void {
  const { dialect, format } = exchange;
  send(exchange, status, format.kind === 'json' ? JSON.stringify(plain) : resourceXml(dialect, type, plain));
}

export function sendCollection(exchange: Exchange, of: TypeName, plain: Plain): void {
  const { dialect, format } = exchange;
  send(exchange, 200, format.kind === 'json' ? JSON.stringify(plain) : collectionXml(dialect, of, plain));
}

function send({ response, format }: Exchange, status: number, text: string): void {
  response.status(status).type(format.contentType).send(text);
}

/** Whatever was thrown, as a Job that failed, in the format that was asked for if it can be told. */
export function sendFailure(
  request: Request,
  response: Response,
  thrown: unknown,
  publicUrl: string | null,
): void {
  const failure = failureOf(thrown);
  const dialect = dialectOf(request);
  const writing = { dialect, baseUri: baseUriOf(request, dialect, publicUrl) };
  if (failure.status === 401)
    response.setHeader('WWW-Authenticate', [
      'Basic realm="openvsys", charset="UTF-8"',
      'Bearer realm="openvsys"',
    ]);
  for (const [name, value] of Object.entries(failure.headers)) response.setHeader(name, value);
  const path = request.method === 'POST' ? askedPath(request).replace(ACTION, '') : askedPath(request);
  const target = path.replace(/^\/+/, '').slice(dialect.root.length);
  const job: Representation = errorJob(failure, target, actionOf(request), new Date());
  const format = formatOfFailure(request);
  sendResource({ ...writing, request, response, format }, failure.status, 'Job', plainOf(writing, job));
}

function formatOfFailure(request: Request): Format {
  try {
    const wished = new URL(request.originalUrl, 'http://localhost').searchParams
      .get('$format')
      ?.toLowerCase();
    return answerFormat(request, wished === 'json' || wished === 'xml' ? wished : undefined);
  } catch {
    return JSON_FORMAT;
  }
}

const METHODS: Readonly<Record<string, string>> = { POST: 'add', PUT: 'edit', DELETE: 'delete' };
const ACTION = /\/(start|stop|restart|pause|suspend|capture|snapshot|restore|export|import)$/;

/** What was tried. */
function actionOf(request: Request): string {
  const verb = request.method === 'POST' ? ACTION.exec(askedPath(request))?.[1] : undefined;
  return `action/${verb ?? METHODS[request.method] ?? 'read'}`;
}
