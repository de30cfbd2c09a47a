// Purpose: /_sim on the master's port: the simulator's own interface (no real host has it). Tables, log, faults, world.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ADMIN_PAGE } from './admin-page.js';
import { readBody } from './read-body.js';
import { sendHtml, sendJson } from './http-answers.js';
import { WorldEvents } from '../world/world-events.js';
import { XenFailure } from '../core/failure.js';
import { readEffect } from '../faults/fault-effects.js';
import type { FaultRule } from '../faults/fault-rules.js';
import type { SimPool } from '../core/sim-pool.js';
import { summaryOf } from './summary.js';
import { applyWorldChange } from './world-change.js';

const LARGEST_BODY = 64 * 1024;
const DEFAULT_LOG_PAGE = 1000;
const LARGEST_LOG_PAGE = 20_000;

export class AdminInterface {
  private readonly world: WorldEvents;

  constructor(private readonly sim: SimPool) {
    this.world = new WorldEvents(sim);
  }

  /** Serves a request below /_sim; false if there is nothing of that name. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    try {
      return await this.route(request, response, path);
    } catch (error) {
      // What the caller sent does not make sense; the reason helps whoever debugs a test.
      if (!(error instanceof Error)) throw error;
      const detail = error instanceof XenFailure ? [error.code, ...error.params].join(' ') : error.message;
      sendJson(response, 400, { error: detail });
      return true;
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const query = new URL(request.url ?? '/', 'http://host').searchParams;
    switch (`${request.method ?? 'GET'} ${path.replace(/\/$/, '')}`) {
      case 'GET /_sim':
        sendHtml(response, ADMIN_PAGE);
        return true;
      case 'GET /_sim/summary':
        sendJson(response, 200, summaryOf(this.sim));
        return true;
      case 'GET /_sim/process':
        sendJson(response, 200, processFigures());
        return true;
      case 'GET /_sim/log':
        sendJson(response, 200, this.logPage(query));
        return true;
      case 'POST /_sim/log/reset':
        this.sim.log.reset();
        sendJson(response, 200, {});
        return true;
      case 'GET /_sim/faults':
        sendJson(response, 200, this.sim.faults.list());
        return true;
      case 'POST /_sim/faults':
        sendJson(response, 201, { id: this.sim.faults.add(readRule(await readJson(request))).id });
        return true;
      case 'DELETE /_sim/faults':
        this.sim.faults.clear();
        sendJson(response, 200, {});
        return true;
      case 'POST /_sim/world':
        applyWorldChange(this.sim, this.world, await readJson(request));
        sendJson(response, 200, {});
        return true;
      default:
        return this.table(request, response, path);
    }
  }

  private table(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const name = /^\/_sim\/tables\/(\w+)$/.exec(path)?.[1];
    if (name === undefined || request.method !== 'GET') return false;
    const cls = this.sim.db.model.classByLowerName.get(name.toLowerCase());
    if (cls === undefined) throw new Error(`no class ${name}`);
    sendJson(
      response,
      200,
      this.sim.db.rows(cls).map((row) => ({ ref: row.ref, ...row.record() })),
    );
    return true;
  }

  private logPage(query: URLSearchParams): object {
    const after = Number(query.get('after') ?? 0);
    const limit = Math.min(LARGEST_LOG_PAGE, Number(query.get('limit') ?? DEFAULT_LOG_PAGE));
    if (!Number.isInteger(after) || !Number.isInteger(limit) || limit < 1)
      throw new Error('after and limit must be whole numbers');
    return { now: this.sim.clock.now(), calls: this.sim.log.list(after, limit) };
  }
}

/** What the process of the simulator uses. */
function processFigures(): object {
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed, uptimeSeconds: process.uptime() };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse((await readBody(request, LARGEST_BODY)).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('a JSON object is expected');
  return value as Record<string, unknown>;
}

/** Checks the shape; impossible numbers are refused by the rules themselves. */
function readRule(body: Record<string, unknown>): FaultRule {
  const { method, object, nth, count, probability } = body;
  if (typeof method !== 'string') throw new Error('method is missing (use "*" for all)');
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
