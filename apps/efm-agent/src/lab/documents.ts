/** Documents for appliances, hashed as the renderer does. */
import { createHash } from 'node:crypto';
import { canonicalJson, moduleRenderer } from '@openvsys/efm';
import type { ModuleDocument, ModuleInput } from '@openvsys/vsys';
import type { AgentDocument } from '../document.js';

type Content = Omit<ModuleDocument, 'hash'>;

export const EMPTY: Content = {
  kind: 'firewall',
  format: 2,
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
  const hash = sha256(canonicalJson(whole));
  versions += 1;
  return { version: versions, document: { ...whole, hash }, secrets };
}

/** What the API gives to the appliance of an EFM: the product's own rendering with its secrets. */
export function rendered(input: ModuleInput): AgentDocument {
  versions += 1;
  return { version: versions, document: moduleRenderer.render(input), secrets: input.secrets };
}
