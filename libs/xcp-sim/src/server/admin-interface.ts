// Purpose: /_sim on the hosts' ports: the simulator's own interface (no real host has it). Tables, log, faults, world, time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ADMIN_PAGE } from './admin-page.js';
import { applyWorldChange, CHANGE_NAMES } from './world-change.js';
import { changeClock, clockState, readJson, readRule, wholeQuery } from './admin-requests.js';
import { EFFECT_KINDS } from '../faults/fault-effects.js';
import { sendHtml, sendJson } from './http-answers.js';
import { summaryOf } from './summary.js';
import { WorldEvents } from '../world/world-events.js';
import { XenFailure } from '../core/failure.js';
import type { SimPool } from '../core/sim-pool.js';

const DEFAULT_LOG_PAGE = 1000;
const LARGEST_LOG_PAGE = 20_000;

/** An answer in JSON, or undefined for `{}`. */
type Answer = object | undefined;
type Route = (request: IncomingMessage, query: URLSearchParams) => Answer | Promise<Answer>;

export class AdminInterface {
  private readonly world: WorldEvents;
  private readonly routes: Readonly<Record<string, Route>>;

  constructor(private readonly sim: SimPool) {
    this.world = new WorldEvents(sim);
    this.routes = this.allRoutes();
  }

  /** Serves a request below /_sim; false if there is nothing of that name. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    try {
      return await this.route(request, response, path.replace(/\/$/, ''));
    } catch (error) {
      // What the caller sent does not make sense; the reason helps whoever debugs a test.
      if (!(error instanceof Error)) throw error;
      const detail = error instanceof XenFailure ? [error.code, ...error.params].join(' ') : error.message;
      sendJson(response, 400, { error: detail });
      return true;
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const verb = request.method ?? 'GET';
    if (verb === 'GET' && path === '/_sim') {
      sendHtml(response, ADMIN_PAGE);
      return true;
    }
    const [, parent, last = ''] = /^\/_sim\/(faults|tables)\/(\w+)$/.exec(path) ?? [];
    if (parent !== undefined) return this.routeTo(`${verb} ${parent}`, last, response);
    const route = this.routes[`${verb} ${path}`];
    if (route === undefined) return false;
    const answer = await route(request, new URL(request.url ?? '/', 'http://host').searchParams);
    sendJson(response, path === '/_sim/faults' && verb === 'POST' ? 201 : 200, answer ?? {});
    return true;
  }

  /** One class, one rule. */
  private routeTo(what: string, name: string, response: ServerResponse): boolean {
    if (what === 'GET tables') return this.table(response, name);
    return what === 'DELETE faults' && this.removeFault(response, Number(name));
  }

  private allRoutes(): Readonly<Record<string, Route>> {
    const { sim } = this;
    return {
      'GET /_sim/summary': (_request, query) =>
        summaryOf(sim, wholeQuery(query, 'vms', Number.MAX_SAFE_INTEGER), query.get('search') ?? ''),
      'GET /_sim/catalogue': () => ({
        effects: EFFECT_KINDS,
        changes: CHANGE_NAMES,
        methods: [...sim.db.model.classes.values()].flatMap((cls) =>
          [...cls.messages.keys()].map((name) => `${cls.name}.${name}`),
        ),
      }),
      'GET /_sim/process': processFigures,
      'GET /_sim/log': (_request, query) => this.logPage(query),
      'POST /_sim/log/reset': () => {
        sim.log.reset();
        return undefined;
      },
      'GET /_sim/faults': () => sim.faults.list(),
      'POST /_sim/faults': async (request) => ({ id: sim.faults.add(readRule(await readJson(request))).id }),
      'DELETE /_sim/faults': () => {
        sim.faults.clear();
        return undefined;
      },
      'POST /_sim/world': async (request) => {
        applyWorldChange(sim, this.world, await readJson(request));
        return undefined;
      },
      'GET /_sim/clock': () => clockState(sim),
      'POST /_sim/clock': async (request) => {
        await changeClock(sim, await readJson(request));
        return clockState(sim);
      },
    };
  }

  private table(response: ServerResponse, name: string): boolean {
    const cls = this.sim.db.model.classByLowerName.get(name.toLowerCase());
    if (cls === undefined) throw new Error(`no class ${name}`);
    const rows = this.sim.db.rows(cls).map((row) => ({ ref: row.ref, ...row.record() }));
    sendJson(response, 200, rows);
    return true;
  }

  private removeFault(response: ServerResponse, id: number): boolean {
    if (!this.sim.faults.remove(id)) throw new Error(`no rule ${id}`);
    sendJson(response, 200, {});
    return true;
  }

  private logPage(query: URLSearchParams): object {
    const after = wholeQuery(query, 'after', 0);
    const limit = Math.min(LARGEST_LOG_PAGE, wholeQuery(query, 'limit', DEFAULT_LOG_PAGE));
    const latest = query.get('latest') === '1';
    const from = latest ? Math.max(after, this.sim.log.lastSeq - limit) : after;
    return { now: this.sim.clock.now(), calls: this.sim.log.list(from, limit) };
  }
}

/** What the process of the simulator uses. */
function processFigures(): object {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
    uptimeSeconds: process.uptime(),
  };
}
