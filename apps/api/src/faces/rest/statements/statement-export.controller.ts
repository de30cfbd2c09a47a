/** Statements as files, written piece by piece. */
import { once } from 'node:events';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ExportStatement } from '../../../use-cases/statements/export-statement.js';
import { closedSignal } from '../operations/closed-signal.js';
import { requireMonth } from './require-month.js';
import { StatementExportQuery } from './statements.views.js';

@ApiTags('Statements')
@Controller('v1/statements')
export class StatementExportController {
  constructor(private readonly exporting: ExportStatement) {}

  @Get(':period/export')
  @Allow('usage:read')
  @Describe({
    summary: 'Get a statement as a file',
    description:
      'Comma-separated values, JSON, or the columns of FOCUS 1.1 (FinOps Open Cost and Usage Specification). Drafts can be exported too.',
    answers: [{ status: 200, description: 'The file.' }],
    problems: ['not-found'],
  })
  async exportStatement(
    @FromCaller() call: Call,
    @Param('period') label: string,
    @Query() { organization, format = 'csv' }: StatementExportQuery,
    @Res() response: Response,
  ): Promise<void> {
    const file = await this.exporting.execute(call, { label: requireMonth(label), organization }, format);
    response.status(200).setHeader('Content-Type', `${file.mediaType}; charset=utf-8`);
    response.setHeader('Content-Disposition', `attachment; filename="${file.name}"`);
    response.setHeader('Cache-Control', 'no-store');
    const signal = closedSignal(response);
    for (const piece of file.pieces) {
      if (signal.aborted) return;
      if (!response.write(piece)) await once(response, 'drain', { signal }).catch(() => undefined);
    }
    response.end();
  }
}
