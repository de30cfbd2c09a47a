/**
 * The one endpoint of Fujitsu's original protocol. It knows its callers by certificate and signature, not by token, and answers
 * 200 to everything that reaches it.
 */
import { All, Controller, HttpCode, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AllowAnyone } from '../../http/allow.decorator.js';
import { rememberPrincipal } from '../../http/call.js';
import { requestIdOf } from '../../http/request-id.js';
import { FGCP_SETTINGS } from '../../tokens.js';
import { FGCP_PATH, sendFgcp } from './fgcp.body.js';
import { FgcpDispatcher } from './fgcp-dispatcher.js';
import { findFingerprint } from './identity/client-certificate.js';
import type { FgcpSettings } from './identity/fgcp-settings.js';

@ApiExcludeController()
@Controller(FGCP_PATH)
export class FgcpController {
  constructor(
    private readonly dispatcher: FgcpDispatcher,
    @Inject(FGCP_SETTINGS) private readonly settings: FgcpSettings,
  ) {}

  @All()
  @AllowAnyone()
  @HttpCode(200)
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    const body: unknown = request.body;
    const query = request.originalUrl.split('?').slice(1).join('?');
    const text = await this.dispatcher.answer({
      query,
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      requestId: requestIdOf(request),
      fingerprint: findFingerprint(request, this.settings.proxy),
      onIdentity: ({ principal }) => rememberPrincipal(request, principal),
    });
    sendFgcp(response, text);
  }
}
