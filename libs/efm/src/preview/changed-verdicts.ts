/** Which connections a change lets in or keeps out: the model's verdicts of before and after, for connections that the change is about. */
import { canonicalJson } from '../canonical-json.js';
import type { Flow, Verdict } from '../reachability.js';

export interface ChangedVerdict {
  readonly flow: Flow;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** Judging one connection among ten thousand rules takes about 10 ms; a preview should take seconds at most. */
const JUDGED_FLOWS = 400;

/** Those that are allowed or led differently. `flows`: the first of them are judged. */
export function changedVerdicts(
  flows: readonly Flow[],
  before: (flow: Flow) => Verdict,
  after: (flow: Flow) => Verdict,
): ChangedVerdict[] {
  const distinct = [...new Map(flows.map((flow) => [canonicalJson(flow), flow])).values()];
  return distinct
    .slice(0, JUDGED_FLOWS)
    .map((flow) => ({ flow, before: before(flow), after: after(flow) }))
    .filter((pair) => effectOf(pair.before) !== effectOf(pair.after));
}

/** Where something goes that is not allowed is of no interest. */
const effectOf = ({ allowed, translated }: Verdict): string =>
  allowed ? canonicalJson(translated) : 'denied';
