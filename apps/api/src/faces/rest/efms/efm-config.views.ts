/** Configurations of EFMs as the REST API shows them: as a whole, by rule and certificate, over time, and before a change. */
import { PageView } from '../../../http/paging.js';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Texts, Whole } from '../../../http/fields.js';
import { PlanView } from '../vsys/plan.views.js';

/** A unified diff is cut at 64 KiB. */
const MAX_DIFF_LENGTH = 65_536;

export class EfmRuleView {
  @Text({ description: 'Stays when rules around it come and go.', example: 'r-web' })
  id!: string;

  @Whole({ description: 'Its place, from 0.', example: 0 })
  position!: number;

  @Mapping({ description: 'As descriptors write it.', example: { from: 'internet', to: 'dmz' } })
  rule!: Readonly<Record<string, unknown>>;

  @Mapping({
    description: 'What it has decided since it was loaded; null: not counted yet.',
    example: { packets: 12, bytes: 720 },
    nullable: true,
  })
  counter!: Readonly<Record<string, unknown>> | null;
}

export class EfmRulesView {
  @ListOf({ description: 'In order: the first that fits decides.', maxItems: 10_000 }, () => EfmRuleView)
  items!: readonly EfmRuleView[];
}

export class EfmCertificateFactsView {
  @Text({ description: 'Who it is for.', example: 'CN=shop.example', maxLength: 1_000 })
  subject!: string;

  @Texts({ description: 'Server names.', example: ['shop.example'] })
  names!: readonly string[];

  @Text({ description: 'Who signed it.', example: 'CN=Example CA', maxLength: 1_000 })
  issuer!: string;

  @Instant({ description: 'Valid from.' })
  validFrom!: Date;

  @Instant({ description: 'Valid until.' })
  validTo!: Date;

  @Text({ description: 'SHA-256.', example: 'AB:CD:EF' })
  fingerprint!: string;

  @Whole({ description: 'Certificates behind it in the chain.', example: 1 })
  chainLength!: number;

  @Whole({
    description: 'Days until it ends; negative: ended.',
    example: 90,
    minimum: Number.MIN_SAFE_INTEGER,
  })
  daysLeft!: number;
}

export class EfmCertificateView {
  @Text({ description: 'Name in the configuration.', example: 'shop' })
  name!: string;

  @Nested(
    { description: 'What it says; null: it cannot be read.', nullable: true },
    () => EfmCertificateFactsView,
  )
  facts!: EfmCertificateFactsView | null;

  @Texts({ description: 'Listeners that show it.', example: ['https'] })
  usedBy!: readonly string[];
}

export class EfmCertificatesView {
  @ListOf({ description: 'Keys are never shown.' }, () => EfmCertificateView)
  items!: readonly EfmCertificateView[];
}

export class EfmVersionView {
  @Whole({ description: 'The generation of the VSYS that brought it.', example: 3 })
  version!: number;

  @Text({ description: 'SHA-256 of the document.', example: '9f86d0818' })
  hash!: string;

  @Instant({ description: 'When it was wanted first.' })
  createdAt!: Date;

  @Text({ description: 'Who wanted it.', example: 'token admin', nullable: true })
  requestedBy!: string | null;

  @Flag({ description: 'It is what is wanted now.', example: true })
  wanted!: boolean;
}

export class EfmVersionPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => EfmVersionView)
  items!: readonly EfmVersionView[];
}

export class EfmVersionDetailView extends EfmVersionView {
  @Mapping({
    description: 'As it was written, without keys; null: not kept.',
    example: { rules: [] },
    nullable: true,
  })
  config!: Readonly<Record<string, unknown>> | null;

  @Mapping({
    description: 'Native configuration by file name.',
    example: { 'nftables.conf': 'table ip openvsys {}' },
  })
  rendered!: Readonly<Record<string, unknown>>;
}

export class FlowView {
  @Text({
    description: 'Where the sender is; without it where its address belongs.',
    example: 'internet',
    optional: true,
  })
  fromZone?: string;

  @Text({ description: 'Sender.', example: '198.51.100.77' })
  source!: string;

  @Text({ description: 'Destination.', example: '203.0.113.1' })
  destination!: string;

  @Choice({ description: 'Protocol.', example: 'tcp', of: ['tcp', 'udp', 'icmp'], name: 'FlowProtocol' })
  protocol!: 'tcp' | 'udp' | 'icmp';

  @Whole({ description: 'Destination port; 0 for icmp.', example: 443 })
  port!: number;
}

export class VerdictView {
  @Flag({ description: 'A new connection passes.', example: true })
  allowed!: boolean;

  @Text({ description: 'What kind of thing decided.', example: 'rule' })
  reason!: string;

  @Text({
    description: 'Pointer into the configuration to what decided; null: nothing that is written.',
    example: '/config/rules/0',
    nullable: true,
  })
  pointer!: string | null;

  @Mapping({
    description: 'Where it goes after translation.',
    example: { destination: '10.0.1.5', port: 8443 },
  })
  translated!: object;

  @Text({ description: 'For people.', example: 'Rule 1 accepts it.', maxLength: 1_000 })
  explanation!: string;
}

export class ChangedVerdictView {
  @Nested({ description: 'The connection.' }, () => FlowView)
  flow!: FlowView;

  @Nested({ description: 'As it is now.' }, () => VerdictView)
  before!: VerdictView;

  @Nested({ description: 'As it would be.' }, () => VerdictView)
  after!: VerdictView;
}

export class FileDifferenceView {
  @Text({ description: 'Native file.', example: 'nftables.conf' })
  name!: string;

  @Choice({
    description: 'What happens to it.',
    example: 'changed',
    of: ['added', 'changed', 'removed'],
    name: 'FileChange',
  })
  change!: 'added' | 'changed' | 'removed';

  @Text({ description: 'Unified diff.', example: '@@ -1,2 +1,2 @@', maxLength: MAX_DIFF_LENGTH })
  diff!: string;

  @Flag({ description: 'The diff was too long and is cut.', example: false })
  isCut!: boolean;
}

export class AppliancePreviewView {
  @Text({ description: 'Id of the appliance.', example: 'DEMO0001-7K2M9QXPA-S-0001' })
  id!: string;

  @Text({ description: 'Name of its EFM.', example: 'fw' })
  name!: string;

  @ListOf({ description: 'Native files that change.' }, () => FileDifferenceView)
  files!: readonly FileDifferenceView[];

  @Texts({ description: 'Secret files with another text.', example: [] })
  secrets!: readonly string[];

  @ListOf(
    { description: 'Connections that would be treated differently, out of those that the change is about.' },
    () => ChangedVerdictView,
  )
  flows!: readonly ChangedVerdictView[];
}

export class EfmPreviewView {
  @Nested(
    { description: 'The plan of the VSYS; places in its warnings are in the configuration (`/config/…`).' },
    () => PlanView,
  )
  plan!: PlanView;

  @ListOf({ description: 'Appliances that would get another document.' }, () => AppliancePreviewView)
  appliances!: readonly AppliancePreviewView[];
}

export class WayStepView {
  @Text({ description: 'The system whose EFM or network it is.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({
    description: 'EFM that decided; null: a network, which passes everything.',
    example: 'fw',
    nullable: true,
  })
  efm!: string | null;

  @Nested({ description: 'What it saw.' }, () => FlowView)
  flow!: FlowView;

  @Nested({ description: 'What it decided.' }, () => VerdictView)
  verdict!: VerdictView;
}

export class ReachabilityView {
  @Flag({ description: 'A new connection would be there.', example: true })
  allowed!: boolean;

  @Text({ description: 'For people.', example: '“internet” reaches “web”.', maxLength: 2_000 })
  explanation!: string;

  @ListOf({ description: 'Who decided, in order.' }, () => WayStepView)
  steps!: readonly WayStepView[];
}
