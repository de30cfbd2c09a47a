/** Budgets: create, list, get, replace, delete. */
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { BudgetRecord } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchRequired, Repeatable } from '../../../http/describe.decorator.js';
import { etagOf, requiredPreconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { pageRequestOf } from '../../../http/paging.js';
import { ManageBudgets, type BudgetCommand } from '../../../use-cases/budgets/manage-budgets.js';
import type { Call } from '../../../use-cases/call.js';
import {
  BudgetDetailView,
  BudgetPage,
  BudgetRequest,
  BudgetView,
  CreateBudgetRequest,
  ListBudgetsQuery,
} from './budgets.views.js';

const ETAG = { ETag: 'The version in quotes; for If-Match.' };

@ApiTags('Budgets')
@Controller('v1/budgets')
export class BudgetsController {
  constructor(private readonly budgets: ManageBudgets) {}

  @Get()
  @Allow('budget:read')
  @Describe({
    summary: 'List budgets',
    description: 'With the figures of the month as they were worked out last.',
    answers: [{ status: 200, description: 'A page of budgets.', type: BudgetPage }],
  })
  async listBudgets(@FromCaller() call: Call, @Query() query: ListBudgetsQuery): Promise<BudgetPage> {
    const { items, nextCursor } = await this.budgets.list(call, pageRequestOf(query));
    return { items: items.map(viewOf), nextCursor };
  }

  @Get(':budgetId')
  @Allow('budget:read')
  @Describe({
    summary: 'Get a budget',
    description: 'With what was told about it.',
    answers: [{ status: 200, description: 'The budget.', type: BudgetDetailView, headers: ETAG }],
    problems: ['not-found'],
  })
  async getBudget(
    @FromCaller() call: Call,
    @Param('budgetId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BudgetDetailView> {
    const { createdAt: _createdAt, changedAt: _changedAt, ...view } = await this.budgets.get(call, id);
    response.setHeader('ETag', etagOf(view.version));
    return view;
  }

  @Post()
  @Allow('budget:manage')
  @Repeatable()
  @Describe({
    summary: 'Create a budget',
    description:
      'For each calendar month in the organization’s time zone. Worked out at once and then with every hour.',
    answers: [{ status: 201, description: 'The budget.', type: BudgetView, headers: ETAG }],
    problems: ['not-found'],
  })
  async createBudget(
    @FromCaller() call: Call,
    @Body() body: CreateBudgetRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<BudgetView> {
    const { scope, scopeId } = body;
    const id = scopeId ?? (scope === 'organization' ? call.principal.organizationId : null);
    if (id === null) {
      throw new DomainError('invalid-request', 'The request does not say what the budget is of.', {
        pointer: '/scopeId',
        remedy: 'Send scopeId.',
      });
    }
    return tagged(response, await this.budgets.create(call, { scope, id }, commandOf(body)));
  }

  @Put(':budgetId')
  @Allow('budget:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Replace the terms of a budget',
    description:
      'What it had stopped is let go until it is worked out again; servers that it stopped stay stopped.',
    answers: [{ status: 200, description: 'The budget.', type: BudgetView, headers: ETAG }],
    problems: ['not-found'],
  })
  async replaceBudget(
    @FromCaller() call: Call,
    @Param('budgetId') id: string,
    @Body() body: BudgetRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<BudgetView> {
    const precondition = requiredPreconditionOf(ifMatch);
    return tagged(response, await this.budgets.replace(call, id, precondition, commandOf(body)));
  }

  @Delete(':budgetId')
  @Allow('budget:manage')
  @Repeatable()
  @MatchRequired()
  @Describe({
    summary: 'Delete a budget',
    description: 'What it had stopped is let go; its events stay.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found'],
  })
  async deleteBudget(
    @FromCaller() call: Call,
    @Param('budgetId') id: string,
    @Exchange() { ifMatch }: HttpExchange,
  ): Promise<void> {
    await this.budgets.remove(call, id, requiredPreconditionOf(ifMatch));
  }
}

function commandOf({ name, amount, thresholds, atLimit, protectedServers }: BudgetRequest): BudgetCommand {
  return { name, amount, thresholds, atLimit, protectedServers: protectedServers ?? [] };
}

function tagged(response: Response, budget: BudgetRecord): BudgetView {
  response.setHeader('ETag', etagOf(budget.version));
  return viewOf(budget);
}

function viewOf(budget: BudgetRecord): BudgetView {
  const { createdAt: _createdAt, changedAt: _changedAt, ...view } = budget;
  return view;
}
