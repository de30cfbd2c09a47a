/** Images over the public API, as curl would use it: for contents that generated clients do not stream. */
import { eventually } from '../process/eventually.js';

export interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface ImageFile {
  readonly name: string;
  readonly format: string;
  readonly content: Buffer;
  readonly sha256?: string;
}

export interface ImageOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string; readonly pointer?: string } | null;
  readonly progress: { readonly percent: number | null } | null;
  readonly result: Record<string, unknown> | null;
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);
const LIMIT_MS = 40_000;

export class ImageUser {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async ask(method: string, path: string, body?: object): Promise<ApiAnswer> {
    const headers = { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.answer(await fetch(`${this.url}${path}`, { method, headers, ...sent }));
  }

  /** Announces the file and sends it in so many pieces; answers the image as it is after the last one. */
  async upload(file: ImageFile, pieces = 1): Promise<ApiAnswer> {
    const { name, format, content, sha256 } = file;
    const facts = { name, format, title: name, os: 'linux', minMemoryMiB: 256, bytes: content.length };
    const given = sha256 === undefined ? {} : { sha256 };
    const announced = await this.ask('POST', '/v1/images/imports', { ...facts, ...given });
    if (announced.status !== 201) return announced;
    const reference = String(announced.body['reference']);
    const size = Math.ceil(content.length / pieces);
    let last = announced;
    for (let at = 0; at < content.length; at += size)
      last = await this.piece(reference, at, content.subarray(at, at + size));
    return last;
  }

  async piece(reference: string, offset: number, content: Buffer): Promise<ApiAnswer> {
    const headers = { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/octet-stream' };
    const path = `/v1/images/${reference}/content?offset=${offset}`;
    const body = new Uint8Array(content);
    return this.answer(await fetch(`${this.url}${path}`, { method: 'PUT', headers, body }));
  }

  async operationsOf(template: unknown): Promise<readonly ImageOperation[]> {
    const { body } = await this.ask('GET', `/v1/image-operations?template=${String(template)}`);
    return body['items'] as readonly ImageOperation[];
  }

  /** All operations with the template, newest first, once none is under way. */
  async ended(template: unknown): Promise<readonly ImageOperation[]> {
    return eventually(
      async () => {
        const all = await this.operationsOf(template);
        return all.length > 0 && all.every(({ state }) => ENDED.has(state)) ? all : undefined;
      },
      { for: `the end of what is done with ${String(template)}`, limitMs: LIMIT_MS },
    );
  }

  private async answer(response: Response): Promise<ApiAnswer> {
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, body };
  }
}
