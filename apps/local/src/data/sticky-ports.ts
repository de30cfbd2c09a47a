/** Ports that stay the same from start to start as long as nobody else takes them. */
import { ensurePortFree, findFreePort } from '@openvsys/embedded';
import { readJson, writeJson, type DataFolder } from './data-folder.js';

/** A free row is found at once unless thousands of ports are in use. */
const ATTEMPTS = 50;

export class StickyPorts {
  /** One at a time: two searches at once would find the same free port. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly known: Record<string, number>,
  ) {}

  static async open(folder: DataFolder): Promise<StickyPorts> {
    return new StickyPorts(
      folder.portsFile,
      (await readJson<Record<string, number>>(folder.portsFile)) ?? {},
    );
  }

  /** A configured port must be free (rejects otherwise); else the last one, else `preferred`, else any free one. */
  async get(name: string, configured?: number, preferred?: number): Promise<number> {
    return this.inTurn(async () => this.find(name, configured, preferred));
  }

  /** The first of `count` neighbouring free ports. */
  async getRow(name: string, count: number): Promise<number> {
    return this.inTurn(async () => this.findRow(name, count));
  }

  private async inTurn(work: () => Promise<number>): Promise<number> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  private async find(name: string, configured?: number, preferred?: number): Promise<number> {
    if (configured !== undefined && configured !== 0)
      return this.keep(name, await mustBeFree(name, configured));
    for (const candidate of [this.known[name], preferred]) {
      if (candidate !== undefined && (await isRowFree(candidate, 1))) return this.keep(name, candidate);
    }
    return this.keep(name, await findFreePort());
  }

  private async findRow(name: string, count: number): Promise<number> {
    const last = this.known[name];
    if (last !== undefined && (await isRowFree(last, count))) return this.keep(name, last);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const first = await findFreePort();
      if (await isRowFree(first, count)) return this.keep(name, first);
    }
    throw new Error(`found no ${count} neighbouring free ports for ${name}`);
  }

  private async keep(name: string, port: number): Promise<number> {
    this.known[name] = port;
    await writeJson(this.file, this.known);
    return port;
  }
}

async function mustBeFree(name: string, port: number): Promise<number> {
  return ensurePortFree(port).catch((error: unknown) => {
    throw new Error(`port ${port} for ${name} is taken`, { cause: error });
  });
}

async function isRowFree(first: number, count: number): Promise<boolean> {
  if (first + count > 65_535) return false;
  const ports = Array.from({ length: count }, (_, index) => first + index);
  const results = await Promise.allSettled(ports.map(async (port) => ensurePortFree(port)));
  return results.every(({ status }) => status === 'fulfilled');
}
