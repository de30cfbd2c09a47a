/** What the appliance tells the API. Values are absolute, so a report that arrives twice changes nothing. */
import type { ProbeResult } from '../probes/probe.js';

export interface Report {
  /** Changes with each start of the agent. */
  readonly bootId: string;
  /** Grows by one a report within a run of the agent; an older one that arrives late is ignored. */
  readonly sequence: number;
  readonly agentVersion: string;
  readonly applied: { readonly version: number; readonly hash: string } | null;
  /** What became of the newest document that was tried. */
  readonly outcome: Outcome | null;
  /** In a pair: who has the virtual addresses. */
  readonly role: 'alone' | 'active' | 'standby';
  readonly health: readonly ProbeResult[];
  /** Since they were last loaded, by the name in the native configuration; only those that changed since the last report. */
  readonly counters: Readonly<Record<string, Counter>>;
  readonly members: readonly MemberReport[];
  readonly tunnels: readonly TunnelPeer[];
  readonly conntrack: { readonly used: number; readonly max: number } | null;
  readonly logs: readonly LogLine[];
  /** Lines that were too many since the last report. */
  readonly logsDropped: number;
  /** By the API's clock this one is behind by so many ms. */
  readonly clockBehindMs: number;
}

export interface Outcome {
  readonly version: number;
  readonly hash: string;
  readonly state: 'applied' | 'refused' | 'rolled-back';
  /** In the words of the tool or probe that said no; empty when applied. */
  readonly reason: string;
}

export interface Counter {
  readonly packets: number;
  readonly bytes: number;
}

/** A member of a load balancer's listener, or the listener itself (`member` null). */
export interface MemberReport {
  readonly proxy: string;
  readonly member: string | null;
  /** As HAProxy says: UP, DOWN, MAINT, DRAIN, OPEN … */
  readonly status: string;
  readonly currentSessions: number;
  readonly totalSessions: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly errors: number;
  /** Result of the last health check, empty where there is none. */
  readonly check: string;
}

export interface TunnelPeer {
  readonly publicKey: string;
  readonly endpoint: string | null;
  /** s ago; null: never. */
  readonly handshakeAgeSeconds: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface LogLine {
  /** ms before the report was sent: no clock has to be right. */
  readonly ageMs: number;
  readonly source: string;
  readonly text: string;
}
