/**
 * What appliances of EFMs call: no part of the tenants' API and not in its document. The appliance asks, the API never
 * connects to it.
 *
 *   GET  agent/v1/document?wait=50   If-None-Match: "<hash that runs>"  →  200 another document · 304 nothing new
 *   POST agent/v1/reports            →  204
 */
import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { EfmAgentReport } from '@openvsys/persistence';
import type { Request, Response } from 'express';
import { agentOf } from '../../http/agent-authenticator.js';
import { AllowAgent } from '../../http/allow.decorator.js';
import { PullDocument, type AppliancePackage } from '../../use-cases/efm-agent/pull-document.js';
import { TakeReport } from '../../use-cases/efm-agent/take-report.js';
import { closedSignal } from '../rest/operations/closed-signal.js';
import { PullQuery, ReportBody } from './agent.requests.js';

const TAG = /^"([0-9a-f]{64})"$/;

@ApiExcludeController()
@Controller('agent/v1')
export class AgentController {
  constructor(
    private readonly documents: PullDocument,
    private readonly reports: TakeReport,
  ) {}

  @Get('document')
  @AllowAgent()
  async pullDocument(
    @Req() request: Request,
    @Query() { wait = 0 }: PullQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AppliancePackage | undefined> {
    const have = TAG.exec(request.headers['if-none-match'] ?? '')?.[1];
    const agent = agentOf(request);
    const found = await this.documents.execute(agent, have, wait * 1000, closedSignal(response));
    if (found === undefined) response.status(304);
    else response.setHeader('ETag', `"${found.document.hash}"`);
    return found;
  }

  @Post('reports')
  @HttpCode(204)
  @AllowAgent()
  async takeReport(@Req() request: Request, @Body() body: ReportBody): Promise<void> {
    await this.reports.execute(agentOf(request), reportOf(body));
  }
}

function reportOf({ bootId, applied, outcome, conntrack, ...body }: ReportBody): EfmAgentReport {
  return {
    ...body,
    runId: bootId,
    applied: applied ?? null,
    outcome: outcome ?? null,
    conntrack: conntrack ?? null,
  };
}
