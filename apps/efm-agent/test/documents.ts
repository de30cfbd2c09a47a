/** Documents for appliances, hashed as the renderer does. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../src/canonical-json.js';
import type { ModuleDocument } from '@openvsys/vsys';
import type { AgentDocument } from '../src/index.js';

type Content = Omit<ModuleDocument, 'hash'>;

export const EMPTY: Content = {
  kind: 'firewall',
  format: 1,
  files: {},
  programs: [],
  interfaces: [],
  routes: [],
  forwarding: false,
  secrets: [],
  probes: [],
  pair: null,
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let versions = 0;

export function documentOf(content: Partial<Content>, secrets: Record<string, string> = {}): AgentDocument {
  const named = Object.entries(secrets).map(([file, text]) => ({ file, sha256: sha256(text) }));
  const whole: Content = { ...EMPTY, ...content, secrets: named };
  const hash = sha256(canonicalJson(JSON.parse(JSON.stringify(whole)) as Json));
  versions += 1;
  return { version: versions, document: { ...whole, hash }, secrets };
}
