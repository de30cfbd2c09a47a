/** What callers send to change the configuration of an EFM, and to ask about it. */
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { COUNTER_CHOICES, type CounterChoice } from '../../../use-cases/efms/counter-base.js';
import { MAX_LOG_TEXT } from './efm.limits.js';
import { PageQuery } from '../../../http/paging.js';
import { Choice, Instant, Mapping, Text, Whole } from '../../../http/fields.js';

/** PEM with its chain; the domain's own bound is said with the right pointer. */
const MAX_PEM_LENGTH = 65_536;

export class EfmConfigRequest {
  @Mapping({
    description: 'The whole configuration, as descriptors write it. Keys that are left out stay.',
    example: { rules: [{ from: 'internet', to: 'dmz', protocol: 'tcp', ports: [443] }] },
  })
  config!: Record<string, unknown>;
}

class RulePlaceRequest {
  @Whole({ description: 'Its place, counted from 0.', example: 0, maximum: 9_999, optional: true })
  position?: number;

  @Text({ description: 'Id of the rule that is to come after it.', example: 'r-web', optional: true })
  before?: string;

  @Text({ description: 'Id of the rule that is to come before it.', example: 'r-web', optional: true })
  after?: string;
}

/** Without a place: at the end. */
export class AddEfmRuleRequest extends RulePlaceRequest {
  @Mapping({
    description: 'The rule, as descriptors write it.',
    example: { name: 'ssh', from: 'internet', to: 'dmz', protocol: 'tcp', ports: [22], action: 'deny' },
  })
  rule!: Record<string, unknown>;
}

/** Without a place: where it is. */
export class ChangeEfmRuleRequest extends RulePlaceRequest {
  @Mapping({
    description: 'What of it is to be another; null takes a field away.',
    example: { action: 'deny', log: null },
    optional: true,
  })
  rule?: Record<string, unknown>;
}

export class EfmCertificateRequest {
  @Text({
    description: 'PEM: the certificate and its chain, in any order.',
    example: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
    maxLength: MAX_PEM_LENGTH,
  })
  certificate!: string;

  @Text({
    description:
      'PEM without a passphrase. It is stored sealed and never shown; without it the present one stays.',
    example: '-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n',
    maxLength: MAX_PEM_LENGTH,
    optional: true,
  })
  privateKey?: string;
}

export class EfmMemberRequest {
  @Choice({
    description: 'drain: nothing new but what persists; maintenance: nothing at all.',
    example: 'drain',
    of: ['ready', 'drain', 'maintenance'],
    name: 'EfmMemberState',
    optional: true,
  })
  state?: 'ready' | 'drain' | 'maintenance';

  @Whole({ description: 'Its share; 100 is usual.', example: 100, maximum: 256, optional: true })
  weight?: number;

  @Text({ description: 'Only on this listener; without it on all.', example: 'web', optional: true })
  listener?: string;
}

export class EfmLogsQuery extends PageQuery {
  @Instant({ description: 'Lines from then on.', optional: true })
  since?: string;

  @Instant({ description: 'Lines before then.', optional: true })
  until?: string;

  @Text({ description: 'Only of this writer.', example: 'kernel', maxLength: 50, optional: true })
  source?: string;

  @Text({
    description: 'Only lines that hold this text.',
    example: 'DPT=443',
    maxLength: MAX_LOG_TEXT,
    optional: true,
  })
  contains?: string;
}

export class ReachabilityRequest {
  @Text({ description: 'Server, role, EFM, `internet` or IPv4 address.', example: 'internet', maxLength: 60 })
  from!: string;

  @Text({
    description:
      'Server, role, EFM, public IP or IPv4 address; with the id of another system and “/” before it, one of that system.',
    example: 'web',
    maxLength: 60,
  })
  to!: string;

  @Choice({ description: 'Protocol.', example: 'tcp', of: ['tcp', 'udp', 'icmp'], name: 'FlowProtocol' })
  protocol!: 'tcp' | 'udp' | 'icmp';

  @Whole({ description: 'Destination port; 0 for icmp.', example: 443, maximum: 65_535, optional: true })
  port?: number;
}

@MayBeEmpty()
export class ResetCountersRequest {
  @Choice({
    description: 'Which; without it all.',
    example: 'errors',
    of: COUNTER_CHOICES,
    name: 'CounterChoice',
    optional: true,
  })
  which?: CounterChoice;
}
