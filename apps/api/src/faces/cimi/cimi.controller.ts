/**
 * DMTF CIMI: version 1 below `/cimi/`, version 2 below `/cimi/2/`. One entry for everything; what stands behind each collection is
 * in `resources/`. The entry points are open to everybody, all else asks for a token, as bearer or as Basic password.
 */
import { All, Controller, Get, Inject, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AllowAnyone, AllowPassword } from '../../http/allow.decorator.js';
import { callOf } from '../../http/call.js';
import { PUBLIC_URL } from '../../tokens.js';
import { CimiFilter } from './cimi.filter.js';
import { change } from './protocol/change.js';
import {
  askedPath,
  dialectOf,
  openExchange,
  sendCollection,
  sendResource,
  type Exchange,
} from './protocol/exchange.js';
import { look } from './protocol/look.js';
import { CimiRefusal } from './protocol/refusal.js';
import { routeOf } from './protocol/route.js';
import { sendOutcome } from './protocol/send-outcome.js';
import { parseQuery, type Query } from './query/query.js';
import { CimiContext } from './resources/context.js';
import { ENTRY_POINT, entryPoint } from './resources/entry-point.js';
import { findFace } from './resources/registry.js';
import { CimiUseCases } from './resources/use-cases.js';
import { selected } from './query/apply.js';
import { plainOf } from './serialize/plain.js';

@ApiExcludeController()
@UseFilters(CimiFilter)
@Controller('cimi')
export class CimiController {
  constructor(
    private readonly use: CimiUseCases,
    @Inject(PUBLIC_URL) private readonly publicUrl: string | null,
  ) {}

  @Get([ENTRY_POINT, `2/${ENTRY_POINT}`])
  @AllowAnyone()
  enter(@Req() request: Request, @Res() response: Response): void {
    const query = queryOf(request);
    const exchange = openExchange(request, response, this.publicUrl, query.format);
    const { dialect, baseUri } = exchange;
    const representation = entryPoint(dialect, baseUri, (path) => findFace(dialect, path) !== undefined);
    const plain = selected(plainOf(exchange, representation), query.select);
    sendResource(exchange, 200, 'CloudEntryPoint', plain);
  }

  @All('*path')
  @AllowPassword()
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    const query = queryOf(request);
    const exchange = openExchange(request, response, this.publicUrl, query.format);
    const context = new CimiContext({
      call: callOf(request),
      use: this.use,
      dialect: exchange.dialect,
      baseUri: exchange.baseUri,
      ifMatch: request.headers['if-match'],
    });
    const path = pathOf(request);
    if (path === ENTRY_POINT)
      throw new CimiRefusal(405, 'The entry point cannot be changed.', { Allow: 'GET, HEAD' });
    if (request.method === 'GET' || request.method === 'HEAD')
      await this.show(context, exchange, path, query);
    else sendOutcome(context, exchange, await change(context, exchange, path, query));
  }

  private async show(context: CimiContext, exchange: Exchange, path: string, query: Query): Promise<void> {
    const { document, action } = routeOf(context, path);
    if (action !== undefined) throw new CimiRefusal(405, 'An action is posted to.', { Allow: 'POST' });
    if (document !== undefined) {
      const { contentType, text } = await document();
      exchange.response.status(200).type(contentType).send(text);
      return;
    }
    const { plain, resource, face } = await look(context, path, query);
    if (resource === undefined) {
      sendCollection(exchange, face.type, plain);
      return;
    }
    if (resource.version !== undefined) exchange.response.setHeader('ETag', `"${resource.version}"`);
    sendResource(exchange, 200, resource.type, plain);
  }
}

function queryOf(request: Request): Query {
  const at = request.originalUrl.indexOf('?');
  return parseQuery(at < 0 ? '' : request.originalUrl.slice(at + 1));
}

/** Below the entry point, still escaped; a slash at the end means nothing. */
function pathOf(request: Request): string {
  return askedPath(request).replace(/^\/+/, '').slice(dialectOf(request).root.length).replace(/\/+$/, '');
}
