/**
 * The page that StandByConsole leads to: screens of servers, by the tickets in its address. It knows nothing and asks nothing; what
 * is in the address is shown only where it has the form of a name and of a ticket.
 */
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AllowAnyone } from '../../http/allow.decorator.js';

export const CONSOLE_PATH = 'ovissapi/console';

const NAME = /^[a-z0-9-]{1,63}$/;
const TICKET = /^ovc_[A-Za-z0-9_-]{43}$/;
const HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;

@ApiExcludeController()
@Controller(CONSOLE_PATH)
export class FgcpConsolePage {
  @Get()
  @AllowAnyone()
  show(@Req() request: Request, @Res() response: Response): void {
    const query = new URLSearchParams(request.originalUrl.split('?').slice(1).join('?'));
    const host = request.headers.host ?? '';
    const origin = `${request.protocol === 'https' ? 'wss' : 'ws'}://${HOST.test(host) ? host : 'localhost'}`;
    response
      .status(200)
      .set('Content-Type', 'text/html;charset=UTF-8')
      .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .set('Referrer-Policy', 'no-referrer')
      .set('Cache-Control', 'no-store')
      .send(pageOf([...query], origin));
  }
}

export function pageOf(entries: readonly (readonly [string, string])[], origin: string): string {
  const rows = entries
    .filter(([name, ticket]) => NAME.test(name) && TICKET.test(ticket))
    .map(([name, ticket]) => `<tr><th>${name}</th><td><code>${origin}/v1/console/${ticket}</code></td></tr>`);
  const body =
    rows.length === 0
      ? '<p>There is no screen to be opened here.</p>'
      : `<p>Open one with a VNC viewer that speaks WebSocket, such as noVNC. Each address is good once and for a minute.</p>
<table>${rows.join('\n')}</table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Screens</title>
<style>body { font-family: sans-serif; margin: 2em } th { text-align: left; padding-right: 1em }</style></head>
<body><h1>Screens</h1>
${body}
</body></html>
`;
}
