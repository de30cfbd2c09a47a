/**
 * Finds the member that serves as coordinator: the likeliest first, the next one as soon as one has failed or is slow.
 * The first link wins; one that comes later is discarded.
 *
 *   likeliest ──fails, or no answer for a while──► next ──► next …
 *       └──────── link ────────┴────── link ──────┴──► the first one
 */
import type { Clock } from '@openvsys/vsys';

/** A wrong password is answered after 5 s; whoever is silent for longer gets company, ms. */
const STAGGER_MS = 5_500;

export interface LinkSearch<Link> {
  readonly clock: Clock;
  /** The likeliest member that was not tried yet; looked up anew each time because answers name better ones. */
  readonly next: (tried: ReadonlySet<string>) => string | undefined;
  readonly linkTo: (url: string) => Promise<Link>;
  /** Learns from a failure. `give-up`: no other member can help. */
  readonly judge: (error: unknown, url: string) => 'go-on' | 'give-up';
  /** Of several failures the one that says most. */
  readonly graver: (one: unknown, other: unknown) => unknown;
  readonly discard: (link: Link, url: string) => void;
}

export interface FoundLink<Link> {
  readonly url: string;
  readonly link: Link;
}

/** Rejects with the gravest failure when no member can be linked to. `none` is thrown when there is no member at all. */
export async function findFirstLink<Link>(search: LinkSearch<Link>, none: Error): Promise<FoundLink<Link>> {
  const outcome = Promise.withResolvers<FoundLink<Link>>();
  const over = new AbortController();
  const tried = new Set<string>();
  let trying = 0;
  let failure: unknown = none;

  const fail = (error: unknown): void => {
    over.abort();
    outcome.reject(error);
  };
  const goOn = (): void => {
    if (over.signal.aborted) return;
    const url = search.next(tried);
    if (url === undefined) return trying === 0 ? fail(failure) : undefined;
    void attempt(url);
  };
  const attempt = async (url: string): Promise<void> => {
    tried.add(url);
    trying += 1;
    const answered = new AbortController();
    search.clock
      .sleep(STAGGER_MS, AbortSignal.any([answered.signal, over.signal]))
      .then(goOn, () => undefined);
    try {
      const link = await search.linkTo(url);
      if (over.signal.aborted) search.discard(link, url);
      else outcome.resolve({ url, link });
      over.abort();
    } catch (error) {
      const verdict = search.judge(error, url);
      failure = failure === none ? error : search.graver(failure, error);
      trying -= 1;
      if (verdict === 'give-up') fail(error);
      else goOn();
    }
    answered.abort();
  };

  goOn();
  return outcome.promise;
}
