/** Rules and certificates of a written configuration, one by one. */
import type { CertificateFacts } from '@openvsys/efm';
import type { EfmFiguresRecord } from '@openvsys/persistence';
import {
  boundValues,
  namedRules,
  requireFirewall,
  requireLoadBalancer,
  type ParameterValues,
} from '@openvsys/vsys';
import type { PresentEfm } from './present-efm.js';

export interface ShownRule {
  readonly id: string;
  /** Counted from 0. */
  readonly position: number;
  readonly rule: Readonly<Record<string, unknown>>;
  /** Since it was loaded; null: it has not been counted yet. */
  readonly counter: { readonly packets: number; readonly bytes: number } | null;
}

export interface ShownCertificate {
  readonly name: string;
  /** Null: it cannot be read. */
  readonly facts: CertificateFacts | null;
  /** Names of listeners. */
  readonly usedBy: readonly string[];
}

type Data = Readonly<Record<string, unknown>>;
const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null;
const textsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Throws `conflict` when it is no firewall. */
export function rulesOf(present: PresentEfm, counters: EfmFiguresRecord['counters']): ShownRule[] {
  requireFirewall(present);
  return namedRules(present.config, present.ruleIds).map(({ id, rule }, position) => ({
    id,
    position,
    rule: isData(rule) ? rule : {},
    counter: counters[id] ?? null,
  }));
}

/** Throws `conflict` when it is no load balancer. */
export function certificatesOf(
  present: PresentEfm,
  factsOf: (pem: string) => CertificateFacts | undefined,
): ShownCertificate[] {
  requireLoadBalancer(present);
  const { certificates, listeners } = present.config;
  const values = boundValues(present.system.descriptor, present.system.values);
  return Object.entries(isData(certificates) ? certificates : {}).map(([name, certificate]) => ({
    name,
    facts: factsOf(textOf(isData(certificate) ? certificate['certificate'] : '', values)) ?? null,
    usedBy: textsOf(listeners)
      .filter(isData)
      .filter((listener) => textsOf(listener['certificates']).includes(name))
      .map((listener) => String(listener['name'])),
  }));
}

const REFERENCE = /^\$\{(\w+)\}$/;

/** A certificate may come by a parameter. */
function textOf(written: unknown, values: ParameterValues): string {
  const parameter = REFERENCE.exec(String(written))?.[1];
  return String(parameter === undefined ? written : (values[parameter] ?? ''));
}
