/** How much servers had to do, and what things cost. */
import { Injectable } from '@nestjs/common';
import type { MetricPoint } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { ReadMetrics } from '../../../use-cases/metrics/read-metrics.js';
import { ManageOrganizations } from '../../../use-cases/tenancy/manage-organizations.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { labelOf } from '../words/part-views.js';
import { productView } from '../words/product-views.js';

/** Seconds of a step, and how far back one answer goes. */
const INTERVALS = {
  '10minute': { stepSeconds: 600, hours: 24 },
  hour: { stepSeconds: 3_600, hours: 24 * 7 },
  day: { stepSeconds: 86_400, hours: 24 * 31 },
} as const;
const HOUR_MS = 3_600_000;
const SECTOR_BYTES = 512;

@Injectable()
export class Figures extends FgcpNoun {
  constructor(
    private readonly metrics: ReadMetrics,
    private readonly catalog: ReadCatalog,
    private readonly organizations: ManageOrganizations,
    private readonly systems: FgcpSystems,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetPerformanceInformation: { permission: 'vsys:read', run: async (given) => this.performance(given) },
    ListProductMaster: { permission: 'catalog:read', run: async (given) => this.products(given) },
  };

  private async performance(given: FgcpCall): Promise<FgcpFields> {
    const { request, call } = given;
    const interval = request.oneOf('interval', Object.keys(INTERVALS) as (keyof typeof INTERVALS)[]);
    const { id } = await this.systems.get(given);
    const server =
      request.find('efmId') === undefined
        ? await this.systems.server(given, id, 'serverId')
        : await this.systems.efm(given, id);
    const { stepSeconds, hours } = INTERVALS[interval];
    const to = new Date();
    const from = new Date(to.getTime() - hours * HOUR_MS);
    const { items } = await this.metrics.ofServer(
      call,
      vserverId(server.id),
      { from, to, stepSeconds },
      { limit: 1_000 },
    );
    return {
      interval,
      performanceinfos: { performanceinfo: items.map(sampleView) },
      serverId: server.id,
      serverName: labelOf(await this.systems.labels(given, id), server),
      serverType: 'GENERAL',
    };
  }

  private async products({ call, organizationId, request }: FgcpCall): Promise<FgcpFields> {
    const { currency, timeZone } = await this.organizations.get(call, organizationId);
    const prices = await everyPage(async (page) => this.catalog.listPrices(page));
    const now = new Date();
    const category = request.find('category');
    const valid = prices
      .filter(
        (price) => price.currency === currency && price.validFrom <= now && (price.validTo ?? now) >= now,
      )
      .map(productView)
      .filter(({ categoryCode }) => category === undefined || categoryCode === category);
    return {
      currencySign: currency,
      currencyUnit: currency,
      numOfDecimals: 4,
      productinfos: { productinfo: valid },
      regionTimeZone: timeZone,
    };
  }
}

/** Rates become counts of the step. */
function sampleView(point: MetricPoint): FgcpFields {
  const count = (rate: number | null): number => Math.round((rate ?? 0) * point.seconds);
  return {
    cpuUtilization: (point.cpuUse ?? 0).toFixed(4),
    diskReadRequestCount: count(point.diskReads),
    diskReadSector: count((point.diskReadBytes ?? 0) / SECTOR_BYTES),
    diskWriteRequestCount: count(point.diskWrites),
    diskWriteSector: count((point.diskWriteBytes ?? 0) / SECTOR_BYTES),
    nicInputByte: count(point.netReceivedBytes),
    nicInputPacket: count(point.netReceivedPackets),
    nicOutputByte: count(point.netSentBytes),
    nicOutputPacket: count(point.netSentPackets),
    recordTime: point.at.getTime(),
  };
}
