/** The hosts of a pool that may be its coordinator: the configured ones and those learnt since, the likeliest first. */
import { checkedUrl, urlOfAddress } from '../transport/endpoint.js';

export class Members {
  private readonly urls: string[];

  constructor(configured: readonly string[]) {
    this.urls = configured.map((url) => checkedUrl(url).origin);
  }

  /** Base URLs, the likeliest coordinator first. */
  list(): readonly string[] {
    return [...this.urls];
  }

  /** A member's address as the pool tells it (`host.address`). */
  learn(address: string, like: string): void {
    const url = this.urlOf(address, like);
    if (url !== undefined && !this.urls.includes(url)) this.urls.push(url);
  }

  /** The coordinator's address as HOST_IS_SLAVE tells it: the next to try. */
  prefer(address: string, like: string): void {
    const url = this.urlOf(address, like);
    if (url !== undefined) this.moveFirst(url);
  }

  moveFirst(url: string): void {
    const at = this.urls.indexOf(url);
    if (at >= 0) this.urls.splice(at, 1);
    this.urls.unshift(url);
  }

  // The text comes from the pool: what is no address, or would lead out of TLS, is not followed.
  private urlOf(address: string, like: string): string | undefined {
    if (address === '') return undefined;
    try {
      return checkedUrl(urlOfAddress(address, like)).origin;
    } catch {
      return undefined;
    }
  }
}
