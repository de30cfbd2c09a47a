/** A flag that can be waited for. Setting it any number of times before `reset` counts as once. */
export class Latch {
  #isSet = false;
  #signal = Promise.withResolvers<void>();

  get isSet(): boolean {
    return this.#isSet;
  }

  set(): void {
    this.#isSet = true;
    this.#signal.resolve();
  }

  reset(): void {
    if (!this.#isSet) return;
    this.#isSet = false;
    this.#signal = Promise.withResolvers<void>();
  }

  /** Resolves at once when the latch was set since the last `reset`. */
  async wait(): Promise<void> {
    await this.#signal.promise;
  }
}
