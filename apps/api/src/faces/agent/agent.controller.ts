/**
 * What appliances of EFMs call: no part of the tenants' API and not in its document. The appliance asks, the API never
 * connects to it.
 *
 *   GET  agent/v1/document?wait=50   If-None-Match: "<hash that runs>"  →  200 another document · 304 nothing new
 *                                    OpenVSYS-Captures: waiting: somebody asked for packets
 *                                    OpenVSYS-Probes: waiting: somebody waits for a port of a server
 *   POST agent/v1/reports            →  204; OpenVSYS-Token: renew: it is time for another token
 *   POST agent/v1/token              →  200 the next token; the present one counts until that one is used
 *   POST agent/v1/captures           →  200 the wishes, each handed out once
 *   POST agent/v1/captures/<id>      →  204; the packets (application/vnd.tcpdump.pcap), or {"error": …}
 *   POST agent/v1/probes             →  200 ports to look at, each handed out once
 *   POST agent/v1/probes/<id>        →  204; {} when it answers, or {"error": …}
 */
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { EfmAgentReport } from '@openvsys/persistence';
import type { Request, Response } from 'express';
import { agentOf } from '../../http/agent-authenticator.js';
import { AllowAgent } from '../../http/allow.decorator.js';
import { requireUuid } from '../../http/require-uuid.js';
import { PullDocument, type AppliancePackage } from '../../use-cases/efm-agent/pull-document.js';
import { RenewToken } from '../../use-cases/efm-agent/renew-token.js';
import { TakeCaptures, type CaptureOrder } from '../../use-cases/efm-agent/take-captures.js';
import { TakeProbes, type ProbeOrder } from '../../use-cases/efm-agent/take-probes.js';
import { TakeReport } from '../../use-cases/efm-agent/take-report.js';
import { closedSignal } from '../rest/operations/closed-signal.js';
import { ProbeBody, PullQuery, ReportBody } from './agent.requests.js';
import { captureResult } from './capture-result.js';

/** The agent looks for it (apps/efm-agent). */
const CAPTURES_HEADER = 'OpenVSYS-Captures';
const PROBES_HEADER = 'OpenVSYS-Probes';
const TOKEN_HEADER = 'OpenVSYS-Token';
const TAG = /^"([0-9a-f]{64})"$/;

@ApiExcludeController()
@Controller('agent/v1')
export class AgentController {
  constructor(
    private readonly documents: PullDocument,
    private readonly reports: TakeReport,
    private readonly captures: TakeCaptures,
    private readonly probes: TakeProbes,
    private readonly tokens: RenewToken,
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
    if (found.captures === 'waiting') response.setHeader(CAPTURES_HEADER, found.captures);
    if (found.probes === 'waiting') response.setHeader(PROBES_HEADER, found.probes);
    if (found.wanted === undefined) response.status(304);
    else response.setHeader('ETag', `"${found.wanted.document.hash}"`);
    return found.wanted;
  }

  @Post('reports')
  @HttpCode(204)
  @AllowAgent()
  async takeReport(
    @Req() request: Request,
    @Body() body: ReportBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { token } = await this.reports.execute(agentOf(request), reportOf(body));
    if (token === 'renew') response.setHeader(TOKEN_HEADER, token);
  }

  @Post('token')
  @HttpCode(200)
  @AllowAgent()
  async renewToken(@Req() request: Request): Promise<{ token: string }> {
    return this.tokens.execute(agentOf(request));
  }

  @Post('captures')
  @HttpCode(200)
  @AllowAgent()
  async startCaptures(@Req() request: Request): Promise<{ items: readonly CaptureOrder[] }> {
    return { items: await this.captures.start(agentOf(request)) };
  }

  @Post('captures/:captureId')
  @HttpCode(204)
  @AllowAgent()
  async takeCapture(@Req() request: Request, @Param('captureId') id: string): Promise<void> {
    const agent = agentOf(request);
    await this.captures.take(agent, requireUuid('capture', id), await captureResult(request));
  }

  @Post('probes')
  @HttpCode(200)
  @AllowAgent()
  async startProbes(@Req() request: Request): Promise<{ items: readonly ProbeOrder[] }> {
    return { items: await this.probes.start(agentOf(request)) };
  }

  @Post('probes/:probeId')
  @HttpCode(204)
  @AllowAgent()
  async takeProbe(
    @Req() request: Request,
    @Param('probeId') id: string,
    @Body() { error }: ProbeBody,
  ): Promise<void> {
    await this.probes.take(agentOf(request), requireUuid('probe', id), error);
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
