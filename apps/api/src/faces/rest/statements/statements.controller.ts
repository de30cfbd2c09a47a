import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { CloseStatement } from '../../../use-cases/statements/close-statement.js';
import { ExplainLine } from '../../../use-cases/statements/explain-line.js';
import { ReadStatements } from '../../../use-cases/statements/read-statements.js';
import { LineExplanationView } from './explanation.views.js';
import { requireMonth } from './require-month.js';
import { detailView, lineView } from './statements.mapping.js';
import {
  CloseStatementQuery,
  CloseStatementRequest,
  StatementDetailView,
  StatementLinePage,
  StatementListQuery,
  StatementPage,
  StatementQuery,
} from './statements.views.js';

@ApiTags('Statements')
@Controller('v1/statements')
export class StatementsController {
  constructor(
    private readonly statements: ReadStatements,
    private readonly closing: CloseStatement,
    private readonly explaining: ExplainLine,
  ) {}

  @Get()
  @Allow('usage:read')
  @Describe({
    summary: 'List closed statements',
    description: 'Newest month first. Months that are not closed are shown by their label.',
    answers: [{ status: 200, description: 'A page of statements.', type: StatementPage }],
    problems: ['not-found'],
  })
  async listStatements(@FromCaller() call: Call, @Query() query: StatementListQuery): Promise<StatementPage> {
    return this.statements.list(call, query.organization, pageRequestOf(query));
  }

  @Get(':period')
  @Allow('usage:read')
  @Describe({
    summary: 'Get the statement of a month',
    description:
      'The closed one, or the draft as it is now, with what is looked at before closing. A month is one in the contract’s time zone; days of 23 and 25 hours are counted as they are.',
    answers: [{ status: 200, description: 'The statement.', type: StatementDetailView }],
    problems: ['not-found'],
  })
  async getStatement(
    @FromCaller() call: Call,
    @Param('period') label: string,
    @Query() { organization }: StatementQuery,
  ): Promise<StatementDetailView> {
    return detailView(await this.statements.get(call, { label: requireMonth(label), organization }));
  }

  @Get(':period/lines')
  @Allow('usage:read')
  @Describe({
    summary: 'List the lines of a statement',
    description:
      'Usage by VSYS, product and price; rests of days that were begun; tiers; corrections; adjustments.',
    answers: [{ status: 200, description: 'A page of lines.', type: StatementLinePage }],
    problems: ['not-found'],
  })
  async listStatementLines(
    @FromCaller() call: Call,
    @Param('period') label: string,
    @Query() query: StatementListQuery,
  ): Promise<StatementLinePage> {
    const { organization } = query;
    const page = await this.statements.lines(
      call,
      { label: requireMonth(label), organization },
      pageRequestOf(query),
    );
    return { ...page, items: page.items.map(lineView) };
  }

  @Get(':period/lines/:position/explanation')
  @Allow('usage:read')
  @Describe({
    summary: 'Explain a line',
    description:
      'The parts behind the line with sums that add up to it, and page by page the intervals in which they held it, each with the event and the operation that it began and ended with.',
    answers: [{ status: 200, description: 'The explanation.', type: LineExplanationView }],
    problems: ['not-found'],
  })
  async explainStatementLine(
    @FromCaller() call: Call,
    @Param('period') label: string,
    @Param('position') position: string,
    @Query() query: StatementListQuery,
  ): Promise<LineExplanationView> {
    const { organization } = query;
    const number = positionOf(position);
    const answer = await this.explaining.execute(
      call,
      { label: requireMonth(label), organization },
      number,
      pageRequestOf(query),
    );
    const { line, sentence, resources, explained, items, nextCursor } = answer;
    return { line: lineView(line), sentence, resources, explained, items, nextCursor };
  }

  @Post(':period/close')
  @Allow('statement:close')
  @Repeatable()
  @Describe({
    summary: 'Close a month',
    description:
      'For the provider. Nothing of a closed statement ever changes; what comes to light later is a visible correction in the next one. A check that blocks needs a reason; a month that has not ended cannot be closed.',
    answers: [
      { status: 200, description: 'The statement; with dryRun, the draft.', type: StatementDetailView },
    ],
    problems: ['not-found', 'conflict'],
  })
  async closeStatement(
    @FromCaller() call: Call,
    @Param('period') label: string,
    @Query() { organization, dryRun }: CloseStatementQuery,
    @Body() { reason = '' }: CloseStatementRequest,
  ): Promise<StatementDetailView> {
    const address = { label: requireMonth(label), organization };
    if (dryRun === true) return detailView(await this.closing.preview(call, address));
    return detailView(await this.closing.close(call, address, reason));
  }
}

function positionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new DomainError('not-found', `No line has the number “${text.slice(0, 20)}”.`);
}
