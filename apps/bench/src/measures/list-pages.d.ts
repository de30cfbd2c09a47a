/**
 * P7: pages of 100 servers among 100,000. Each is asked for over the API and, in turns, read by SQL that a person would write
 * for the same rows; and each among 1,000 servers as well: a page costs the same however many there are. Every filter of the
 * lists is measured, the first page and one in the middle, for callers of a whole organization and of one VDC.
 */
import { Client } from 'pg';
import { Agent } from 'undici';
import { type Measure, type Result } from '../measure.js';
import type { Tenant } from '../world/tenant.js';
export declare const MODEL =
  'apiVersion: openvsys/v1\nkind: VsysDescriptor\nmetadata: { name: page-model, version: 1.0.0 }\nvnets:\n  lan: { cidr: 10.0.1.0/24 }\nvservers:\n  web: { type: standard.small, image: debian-13, nics: [{ vnet: lan }] }\n';
interface Question {
  readonly name: string;
  readonly path: string;
  /** The same rows; absent: only its growth is measured. */
  readonly sql?: {
    readonly text: string;
    readonly values: readonly unknown[];
  };
}
export declare function questionsOf(organization: string, vdc: string, model: string): readonly Question[];
interface Figures {
  readonly name: string;
  readonly apiMs: number;
  readonly sqlMs: number | undefined;
}
export declare const listPages: Measure;
export declare function inTurns(
  questions: readonly Question[],
  {
    tenant,
    agent,
    client,
  }: {
    readonly tenant: Tenant;
    readonly agent: Agent;
    readonly client: Client;
  },
): Promise<readonly Figures[]>;
export declare function judge(few: readonly Figures[], many: readonly Figures[]): readonly Result[];
export {};
