/** The configuration of an EFM: as a whole, and rule by rule. Every change can be previewed with `dryRun`. */
import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { addedRule, changedRule, removedRule, wholeConfig } from '../../../use-cases/efms/efm-edits.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { EFM_ACCEPTED_OR_PREVIEW, EFM_PROBLEMS, MatchConfig } from './efm-config.doc.js';
import { AddEfmRuleRequest, ChangeEfmRuleRequest, EfmConfigRequest } from './efm-config.requests.js';
import { EfmRulesView, type EfmPreviewView } from './efm-config.views.js';
import { answerChange } from './efm-changes.js';
import { EfmExchange, type EfmHttpExchange } from './efm-exchange.js';
import { efmEtag, requiredTags } from './efm-tags.js';

@ApiTags('EFMs')
@Controller('v1/efms')
export class EfmConfigController {
  constructor(
    private readonly configure: ConfigureEfm,
    private readonly read: ReadEfm,
  ) {}

  @Put(':vserverId/configuration')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('required')
  @Describe({
    summary: 'Replace the configuration of an EFM',
    description:
      'Checked as a whole, then wanted from the next generation of the VSYS on; the appliance takes it without a restart. Keys that are left out stay.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: ['precondition-required', ...EFM_PROBLEMS],
  })
  async replaceEfmConfiguration(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Body() { config }: EfmConfigRequest,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    requiredTags(exchange.ifMatch);
    const edit = wholeConfig(config);
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }

  @Get(':vserverId/rules')
  @Allow('vsys:read')
  @Describe({
    summary: 'List the rules of a firewall',
    description: 'With the ids that single rules are changed by, and what each has decided.',
    answers: [
      {
        status: 200,
        description: 'The rules.',
        type: EfmRulesView,
        headers: { ETag: 'Of the configuration.' },
      },
    ],
    problems: ['not-found', 'conflict'],
  })
  async listEfmRules(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EfmRulesView> {
    const { items, tag } = await this.read.rules(call, vserverId(id));
    response.setHeader('ETag', efmEtag(tag));
    return { items };
  }

  @Post(':vserverId/rules')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Add a rule to a firewall',
    description: 'Where it is said, else at the end. Other rules keep their ids and counters.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async addEfmRule(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Body() { rule, position, before, after }: AddEfmRuleRequest,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = addedRule(rule, { position, before, after });
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }

  @Patch(':vserverId/rules/:ruleId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Change or move a rule of a firewall',
    description: 'What is not sent stays. A rule with a name keeps its counter.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async changeEfmRule(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('ruleId') ruleId: string,
    @Body() { rule = {}, position, before, after }: ChangeEfmRuleRequest,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = changedRule(ruleId, rule, { position, before, after });
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }

  @Delete(':vserverId/rules/:ruleId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchConfig('optional')
  @Describe({
    summary: 'Remove a rule of a firewall',
    description: 'Connections that are open stay open.',
    answers: EFM_ACCEPTED_OR_PREVIEW,
    problems: EFM_PROBLEMS,
  })
  async removeEfmRule(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('ruleId') ruleId: string,
    @EfmExchange() exchange: EfmHttpExchange,
  ): Promise<AcceptedView | EfmPreviewView> {
    const edit = removedRule(ruleId);
    return answerChange(this.configure, call, { efm: vserverId(id), edit, exchange });
  }
}
