/** What servers and whole systems did over time. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  listServerMetrics,
  listSystemMetrics,
  METRIC_TABLES,
  type MetricPeriod,
  type MetricPoint,
  type MetricStepSeconds,
  type Page,
  type PageRequest,
  type SystemMetricPoint,
} from '@openvsys/persistence';
import { DomainError, type VServerId, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { ReadParts } from '../parts/read-parts.js';

export interface MetricQuestion {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly stepSeconds: MetricStepSeconds | undefined;
}

export interface MetricAnswer<Point> extends Page<Point> {
  readonly from: Date;
  readonly to: Date;
  readonly stepSeconds: MetricStepSeconds;
}

/** Without a period: the last hour. */
const DEFAULT_MS = 3_600_000;
/** Without a step: the finest one that needs no more points than a picture is wide. */
const PICTURE_POINTS = 1_000;
const DAY_MS = 86_400_000;

@Injectable()
export class ReadMetrics {
  constructor(
    private readonly database: Database,
    private readonly parts: ReadParts,
  ) {}

  /** Throws `not-found`, `invalid-request`. */
  async ofServer(
    call: Call,
    id: VServerId,
    question: MetricQuestion,
    page: PageRequest,
  ): Promise<MetricAnswer<MetricPoint>> {
    await this.parts.getVServer(call, id);
    const period = periodOf(question, new Date());
    const read = await this.database.session(async (session) => listServerMetrics(session, id, period, page));
    return { ...period, ...read };
  }

  /** Throws `not-found`, `invalid-request`. */
  async ofSystem(
    call: Call,
    id: VsysId,
    question: MetricQuestion,
    page: PageRequest,
  ): Promise<MetricAnswer<SystemMetricPoint>> {
    const period = periodOf(question, new Date());
    const read = await this.database.session(async (session) => {
      await getVsys(session, call.scope, id);
      return listSystemMetrics(session, id, period, page);
    });
    return { ...period, ...read };
  }
}

/** Throws `invalid-request`. */
export function periodOf({ from, to, stepSeconds }: MetricQuestion, now: Date): MetricPeriod {
  const end = to ?? now;
  const begin = from ?? new Date(end.getTime() - DEFAULT_MS);
  if (begin >= end) {
    throw new DomainError('invalid-request', 'The period ends before it begins.', {
      pointer: '/from',
      remedy: 'Send a from that is before to.',
    });
  }
  return { from: begin, to: end, stepSeconds: stepSeconds ?? fittingStep(begin, end, now) };
}

function fittingStep(from: Date, to: Date, now: Date): MetricStepSeconds {
  const seconds = (to.getTime() - from.getTime()) / 1_000;
  const ageDays = (now.getTime() - from.getTime()) / DAY_MS;
  const fitting = METRIC_TABLES.find(
    (table) => seconds / table.seconds <= PICTURE_POINTS && ageDays <= table.keepDays,
  );
  return (fitting ?? METRIC_TABLES[METRIC_TABLES.length - 1] ?? METRIC_TABLES[0]).seconds;
}
