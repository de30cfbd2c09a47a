/** Statements: the closed ones as a list, any month as a document, its lines page by page. */
import { Injectable } from '@nestjs/common';
import type { StatementLine } from '@openvsys/metering';
import {
  Database,
  listStatements,
  pageOf,
  readCursor,
  type Page,
  type PageRequest,
  type StatementRecord,
} from '@openvsys/persistence';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { getBillOwner } from './bill-owner.js';
import { readStatement, type StatementDocument } from './statement-document.js';

/** Which statement: the month, and for the provider whose. */
export interface StatementAddress {
  readonly label: string;
  readonly organization: string | undefined;
}

export interface NumberedLine extends StatementLine {
  /** From 1 on; stays the same once the month is closed. */
  readonly position: number;
}

const LINES = 'statement-lines';

@Injectable()
export class ReadStatements {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** Closed months, newest first. */
  async list(
    call: Call,
    organization: string | undefined,
    page: PageRequest,
  ): Promise<Page<StatementRecord>> {
    return this.database.session(async (session) => {
      const { scope } = await getBillOwner(session, call, organization);
      return listStatements(session, scope, page);
    });
  }

  /** Throws `not-found`, and `invalid-request` for a label that is no month. */
  async get(call: Call, { label, organization }: StatementAddress): Promise<StatementDocument> {
    return this.database.session(async (session) => {
      const owner = await getBillOwner(session, call, organization);
      return readStatement(session, owner, label, this.time.now());
    });
  }

  /** Lines of a draft may move while usage goes on; those of a closed statement never do. */
  async lines(call: Call, address: StatementAddress, page: PageRequest): Promise<Page<NumberedLine>> {
    const after = Number(readCursor(LINES, page, 1)?.[0] ?? 0);
    const { lines } = await this.get(call, address);
    const rest = lines
      .map((line, index) => ({ ...line, position: index + 1 }))
      .slice(after, after + page.limit + 1);
    return pageOf(LINES, page, rest, ({ position }) => [String(position)]);
  }
}
