/** What was used in a month. */
import { Injectable } from '@nestjs/common';
import { ReadUsage } from '../../../use-cases/usage/read-usage.js';
import { ReadVsys } from '../../../use-cases/vsys/read-vsys.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage } from '../fgcp-systems.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { usageTime } from '../words/dates.js';
import { storageSystem, usageViews } from '../words/usage-views.js';

@Injectable()
export class Usage extends FgcpNoun {
  constructor(
    private readonly usage: ReadUsage,
    private readonly read: ReadVsys,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetSystemUsage: { permission: 'usage:read', run: async (given) => this.month(given) },
  };

  private async month(given: FgcpCall): Promise<FgcpFields> {
    const { request, call, contract } = given;
    const now = new Date();
    const { from, to } = monthOf(request.find('year'), request.find('month'), now);
    const question = {
      vsys: undefined,
      vdc: undefined,
      organization: undefined,
      groupBy: 'resource',
    } as const;
    const { items } = await this.usage.execute(call, { ...question, from, to }, { limit: 1 });
    const ids = [...request.words('vsysIds'), ...request.words('systemIds')];
    const storages = request.words('storageNames');
    const asked = new Set([...ids, ...storages]);
    const names = await this.names(given);
    const views = usageViews(items, contract).filter(({ id }) => asked.size === 0 || asked.has(id));
    return {
      date: usageTime(to < now ? to : now),
      usageinfos: {
        usageinfo: views.map(({ id, products }) => ({
          products: { product: products },
          vsysId: id,
          vsysName: id === storageSystem(contract) ? id : (names.get(id) ?? ''),
        })),
      },
    };
  }

  /** Of deleted systems too: what they used is reported. */
  private async names({ call }: FgcpCall): Promise<ReadonlyMap<string, string>> {
    const present = await everyPage(async (page) => this.read.list(call, {}, page));
    const deleted = await everyPage(async (page) => this.read.list(call, { phase: 'deleted' }, page));
    return new Map([...deleted, ...present].map(({ id, name }) => [id, name]));
  }
}

/** Whole months in UTC. Throws VALIDATION_ERROR. */
function monthOf(
  year: string | undefined,
  month: string | undefined,
  now: Date,
): { readonly from: Date; readonly to: Date } {
  const wantedYear = Number(year ?? now.getUTCFullYear());
  const wantedMonth = Number(month ?? now.getUTCMonth() + 1);
  if (!Number.isInteger(wantedYear) || wantedYear < 2000 || wantedYear > 9_999) throw wrongValue('year');
  if (!Number.isInteger(wantedMonth) || wantedMonth < 1 || wantedMonth > 12) throw wrongValue('month');
  return {
    from: new Date(Date.UTC(wantedYear, wantedMonth - 1, 1)),
    to: new Date(Date.UTC(wantedYear, wantedMonth, 1)),
  };
}
