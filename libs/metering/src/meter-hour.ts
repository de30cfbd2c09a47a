/**
 * Seconds of each thing in a span of time, from usage intervals. Pure: the same intervals give the same seconds,
 * however often and in whatever order they are asked.
 */
import type { UsageDimension } from '@openvsys/vsys';
import { hourAfter, requireHour, secondOf } from './hours.js';

/** Something held from `startedAt` until `endedAt` (exclusive; null: still held). */
export interface UsageSpan {
  readonly id: string;
  readonly organizationId: string;
  readonly vdcId: string;
  readonly vsysId: string;
  readonly resource: string;
  readonly dimension: UsageDimension;
  readonly product: string;
  /** Whole pieces or GiB, at least 1. */
  readonly quantity: number;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** The part of a span inside the window: seconds since 1970, half-open, at least one second long. */
export interface Segment {
  readonly span: UsageSpan;
  readonly from: number;
  readonly to: number;
}

export interface MeteredLine {
  readonly resource: string;
  readonly dimension: UsageDimension;
  readonly product: string;
  readonly quantity: number;
  readonly seconds: number;
}

/**
 * The spans cut to [from, to). Where two spans of one resource and dimension overlap, the earlier one counts: no second
 * is billed twice.
 */
export function segmentsOf(spans: readonly UsageSpan[], from: Date, to: Date): readonly Segment[] {
  const start = secondOf(from);
  const end = secondOf(to);
  const billedUntil = new Map<string, number>();
  const segments: Segment[] = [];
  for (const span of spans.toSorted(byStart)) {
    const key = JSON.stringify([span.resource, span.dimension]);
    const cutTo = Math.min(end, span.endedAt === null ? end : secondOf(span.endedAt));
    const cutFrom = Math.max(start, secondOf(span.startedAt), billedUntil.get(key) ?? start);
    if (cutTo <= cutFrom) continue;
    billedUntil.set(key, cutTo);
    segments.push({ span, from: cutFrom, to: cutTo });
  }
  return segments;
}

/** Seconds by resource, dimension, product, quantity and VDC in the hour. Throws `invalid-request` for an instant between hours. */
export function meterHour(spans: readonly UsageSpan[], hour: Date): readonly MeteredLine[] {
  requireHour(hour);
  const lines = new Map<string, MeteredLine>();
  for (const { span, from, to } of segmentsOf(spans, hour, hourAfter(hour))) {
    const { resource, dimension, product, quantity, vdcId } = span;
    const key = JSON.stringify([resource, dimension, product, quantity, vdcId]);
    const seconds = (lines.get(key)?.seconds ?? 0) + to - from;
    lines.set(key, { resource, dimension, product, quantity, seconds });
  }
  return [...lines.values()];
}

function byStart(a: UsageSpan, b: UsageSpan): number {
  return a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1);
}
