/** What a VSYS costs: so far this month, an hour of it as it is, until the end of the month, and when it is stopped. */
import { Injectable } from '@nestjs/common';
import {
  effectivePrices,
  forecastOf,
  periodAt,
  priceHoldings,
  stoppedPriceOf,
  sumAmounts,
  type CostForecast,
  type Period,
  type RunningPrice,
} from '@openvsys/metering';
import {
  Database,
  getOrganization,
  getVsys,
  listOpenHoldings,
  listPricesBetween,
  totalUsage,
} from '@openvsys/persistence';
import { organizationId as asOrganization, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';

export interface VsysCost {
  readonly vsysId: VsysId;
  readonly currency: string;
  /** The month in the contract's time zone. */
  readonly period: Period;
  readonly at: Date;
  readonly forecast: CostForecast;
  /** Of what it holds at the moment. */
  readonly now: RunningPrice;
  /** When all servers and EFMs of its newest spec are stopped. */
  readonly stopped: RunningPrice;
}

@Injectable()
export class ReadCost {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`. */
  async execute(call: Call, vsysId: VsysId): Promise<VsysCost> {
    const at = this.time.now();
    return this.database.session(async (session) => {
      const vsys = await getVsys(session, call.scope, vsysId);
      const { organizationId, currency, spec } = vsys;
      const { timeZone } = await getOrganization(session, call.scope, asOrganization(organizationId));
      const period = periodAt(at, timeZone);
      const totals = await totalUsage(session, call.scope, { vsysId, from: period.start, to: at }, at);
      const soFar = sumAmounts(
        totals.filter((total) => total.currency === currency).map(({ amount }) => amount),
      );
      const known = await listPricesBetween(
        session,
        { currency, organizationId },
        at,
        new Date(at.getTime() + 1),
      );
      const prices = effectivePrices(known, organizationId);
      const now = priceHoldings(await listOpenHoldings(session, vsysId), prices, at);
      const stopped = stoppedPriceOf(spec, prices, at);
      const forecast = forecastOf(soFar, now.perHour, period, at);
      return { vsysId, currency, period, at, forecast, now, stopped };
    });
  }
}
