/**
 * When a server counts as up for those that start after it: once something tells that it is ready, and a while after that.
 * Without a wish it counts as up as soon as it runs.
 *
 *   running ──its gate opens, or the time is over──► pause ──► counts as up
 */

/** What tells that a server is ready. */
export type ReadinessGate =
  /** The first report of the agent in the guest (XenAPI VM.guest_metrics). */
  | { readonly kind: 'guest-agent' }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'http'; readonly port: number; readonly path: string };

export interface ReadinessSpec {
  /** Absent: nothing tells; only the pause is waited for. */
  readonly gate?: ReadinessGate;
  /** Longest wait for the gate, seconds. */
  readonly timeoutSeconds: number;
  /** Pause after it, seconds. */
  readonly delaySeconds: number;
  /** When the time is over: go on and say so, or give the change up. */
  readonly onTimeout: 'continue' | 'fail';
}

/** A server of the slower kind (a large database that repairs its files) boots within this, seconds. */
export const USUAL_READINESS_TIMEOUT = 300;
/** Of the wait for the gate and of the pause, seconds: beyond it something is broken rather than slow. */
export const LONGEST_READINESS_WAIT = 3_600;

/** The gate as people call it. */
export function gateText(gate: ReadinessGate): string {
  if (gate.kind === 'tcp') return `TCP port ${gate.port}`;
  return gate.kind === 'http' ? `HTTP ${gate.path} on port ${gate.port}` : 'guest agent';
}

/** The whole wish on one line, e.g. `guest agent within 300 s or fail, then 10 s`. */
export function readinessText({ gate, timeoutSeconds, delaySeconds, onTimeout }: ReadinessSpec): string {
  const pause = `${delaySeconds} s`;
  if (gate === undefined) return pause;
  const wait = `${gateText(gate)} within ${timeoutSeconds} s or ${onTimeout}`;
  return delaySeconds === 0 ? wait : `${wait}, then ${pause}`;
}
