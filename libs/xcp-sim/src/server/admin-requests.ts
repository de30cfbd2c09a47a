// Purpose: reads what is sent to the admin interface. Whatever does not make sense is an Error whose text says why.
import type { IncomingMessage } from 'node:http';
import { readBody } from './read-body.js';
import { readEffect } from '../faults/fault-effects.js';
import { ScaledClock } from '../clock/scaled-clock.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import type { FaultRule } from '../faults/fault-rules.js';
import type { SimPool } from '../core/sim-pool.js';

const LARGEST_BODY = 64 * 1024;
/** Faster than this, timers of the platform are too coarse. */
const FASTEST = 10_000;

export type Body = Record<string, unknown>;

export async function readJson(request: IncomingMessage): Promise<Body> {
  const value: unknown = JSON.parse((await readBody(request, LARGEST_BODY)).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('a JSON object is expected');
  return value as Body;
}

/** Checks the shape; impossible numbers are refused by the rules themselves. */
export function readRule(body: Body): FaultRule {
  const { method, object, nth, count, probability } = body;
  if (typeof method !== 'string' || method === '') throw new Error('method is missing (use "*" for all)');
  if (object !== undefined && typeof object !== 'string')
    throw new Error('object must be a reference or a UUID');
  return {
    method,
    effect: readEffect(body['effect']),
    ...(object === undefined ? {} : { object }),
    ...numberField('nth', nth),
    ...numberField('count', count),
    ...numberField('probability', probability),
  };
}

function numberField(name: string, value: unknown): Record<string, number> {
  if (value === undefined) return {};
  if (typeof value !== 'number') throw new Error(`${name} must be a number`);
  return { [name]: value };
}

/** A query parameter that is a whole number ≥ 0. */
export function wholeQuery(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  const value = text === null ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
}

/** What there is to say about the time of the pool. */
export function clockState(sim: SimPool): { now: number; kind: string; speed?: number } {
  const now = sim.clock.now();
  if (sim.clock instanceof ScaledClock) return { now, kind: 'scaled', speed: sim.clock.speed };
  return { now, kind: 'virtual' };
}

/** `{speed}` for time that runs by itself, `{advanceMs}` for time that stands still. */
export async function changeClock(sim: SimPool, { speed, advanceMs }: Body): Promise<void> {
  const { clock } = sim;
  if (clock instanceof ScaledClock) {
    if (typeof speed !== 'number' || !(speed > 0) || speed > FASTEST)
      throw new Error(`speed must be a number above 0, at most ${FASTEST}`);
    clock.setSpeed(speed);
  } else if (clock instanceof VirtualClock) {
    if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) throw new Error('advanceMs must be a number ≥ 0');
    await clock.advance(advanceMs);
  }
}
