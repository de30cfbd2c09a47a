/** What can be wished of a configuration, as edits of the present one. */
import { chainInOrder } from '@openvsys/efm';
import { findGenerationSource, type Session } from '@openvsys/persistence';
import {
  descriptorOf,
  DomainError,
  formerConfig,
  openSecretValues,
  requireFirewall,
  requireLoadBalancer,
  withCertificate,
  withChangedRule,
  withMember,
  withoutCertificate,
  withoutRule,
  withRule,
  type CertificateUpload,
  type MemberChange,
  type RulePlace,
  type TextSealer,
  type VsysId,
  type WrittenConfig,
} from '@openvsys/vsys';
import type { PresentEfm } from './present-efm.js';

type Edit = (present: PresentEfm, session: Session) => WrittenConfig | Promise<WrittenConfig>;

/** Keys that are not given stay. */
export const wholeConfig =
  (config: WrittenConfig): Edit =>
  () =>
    config;

export const addedRule =
  (rule: unknown, place: RulePlace): Edit =>
  (present) => {
    requireFirewall(present);
    return withRule(present.config, present.ruleIds, rule, place);
  };

export const changedRule =
  (id: string, change: Readonly<Record<string, unknown>>, place: RulePlace): Edit =>
  (present) => {
    requireFirewall(present);
    return withChangedRule(present.config, present.ruleIds, id, change, place);
  };

export const removedRule =
  (id: string): Edit =>
  (present) => {
    requireFirewall(present);
    return withoutRule(present.config, present.ruleIds, id);
  };

export const changedMember =
  (change: MemberChange): Edit =>
  (present) => {
    requireLoadBalancer(present);
    return withMember(present.config, change);
  };

/** The chain is put in order. */
export const uploadedCertificate =
  (name: string, { certificate, privateKey }: CertificateUpload): Edit =>
  (present) => {
    requireLoadBalancer(present);
    const ordered = chainInOrder(certificate, privateKey);
    return withCertificate(present.config, name, { certificate: ordered, privateKey });
  };

export const removedCertificate =
  (name: string): Edit =>
  (present) => {
    requireLoadBalancer(present);
    return withoutCertificate(present.config, name);
  };

/** Back to what the EFM had in that version. */
export const restoredVersion =
  (vsysId: VsysId, appliance: string, version: number, sealer: TextSealer): Edit =>
  async (present, session) => {
    const source = await findGenerationSource(session, vsysId, version);
    if (source === undefined) {
      throw new DomainError('not-found', `The configuration of version ${version} is not kept any more.`);
    }
    const descriptor = descriptorOf(source.document);
    const values = openSecretValues({ ...source.parameters }, vsysId, sealer);
    return formerConfig({ descriptor, values }, present.system, appliance);
  };
