/** What appliances send, each part with its bound. */
import { Choice, Flag, ListOf, Mapping, Nested, Text, Whole } from '../../http/fields.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const OUTCOMES = ['applied', 'refused', 'rolled-back'] as const;
/** Shorter than what proxies cut. */
export const MAX_WAIT_SECONDS = 60;

export class PullQuery {
  @Whole({ description: 'Seconds to wait for news.', example: 50, maximum: MAX_WAIT_SECONDS, optional: true })
  wait?: number;
}

export class ProbeBody {
  @Text({
    description: 'Why it does not answer; none: it does.',
    example: 'refused',
    maxLength: 1_000,
    optional: true,
  })
  error?: string;
}

export class AppliedBody {
  @Whole({ description: 'Version of the document.', example: 3 })
  version!: number;

  @Text({ description: 'Its hash.', example: HASH, pattern: '^[0-9a-f]{64}$' })
  hash!: string;
}

export class OutcomeBody {
  @Whole({ description: 'Version of the document.', example: 3 })
  version!: number;

  @Text({
    description: 'Its hash; empty when it could not be read.',
    example: HASH,
    pattern: '^([0-9a-f]{64})?$',
  })
  hash!: string;

  @Choice({ description: 'What became of it.', example: 'applied', of: OUTCOMES, name: 'EfmOutcomeState' })
  state!: (typeof OUTCOMES)[number];

  @Text({ description: 'Why not.', example: '', maxLength: 4_000 })
  reason!: string;
}

export class HealthBody {
  @Text({ description: 'What was looked at.', example: 'process haproxy' })
  name!: string;

  @Flag({ description: 'Is it well.', example: true })
  ok!: boolean;

  @Text({ description: 'What is wrong.', example: '', maxLength: 1_000 })
  message!: string;
}

export class LogLineBody {
  @Whole({ description: 'ms before the report was sent.', example: 250 })
  ageMs!: number;

  @Text({ description: 'Who wrote it.', example: 'kernel', maxLength: 50 })
  source!: string;

  @Text({ description: 'The line.', example: 'openvsys denied IN=uplink', maxLength: 500 })
  text!: string;
}

export class MemberBody {
  @Text({ description: 'Listener or the members behind it.', example: 'to-http' })
  proxy!: string;

  @Text({ description: 'Member; none: all together.', example: 'web-1', optional: true })
  member?: string | null;

  @Text({ description: 'As HAProxy says.', example: 'UP', maxLength: 50 })
  status!: string;

  @Whole({ description: 'Sessions now.', example: 3 })
  currentSessions!: number;

  @Whole({ description: 'Sessions ever.', example: 300 })
  totalSessions!: number;

  @Whole({ description: 'Bytes in.', example: 1 })
  bytesIn!: number;

  @Whole({ description: 'Bytes out.', example: 1 })
  bytesOut!: number;

  @Whole({ description: 'Errors.', example: 0 })
  errors!: number;

  @Text({ description: 'Last health check.', example: 'L7OK', maxLength: 50 })
  check!: string;
}

export class TunnelPeerBody {
  @Text({ description: 'Public key.', example: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=' })
  publicKey!: string;

  @Text({ description: 'Where it is.', example: '198.51.100.7:51820', optional: true })
  endpoint?: string | null;

  @Whole({ description: 's since the last handshake.', example: 60, optional: true })
  handshakeAgeSeconds?: number | null;

  @Whole({ description: 'Bytes in.', example: 1 })
  bytesIn!: number;

  @Whole({ description: 'Bytes out.', example: 1 })
  bytesOut!: number;
}

export class ReportBody {
  @Text({
    description: 'A start of the agent.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    maxLength: 64,
  })
  bootId!: string;

  @Whole({ description: 'Grows within a start.', example: 7, maximum: 2_147_483_647 })
  sequence!: number;

  @Text({ description: 'Version of the agent.', example: '1.0.0', maxLength: 50 })
  agentVersion!: string;

  @Nested({ description: 'What runs.', optional: true }, () => AppliedBody)
  applied?: AppliedBody | null;

  @Nested({ description: 'What became of the newest document.', optional: true }, () => OutcomeBody)
  outcome?: OutcomeBody | null;

  @Choice({
    description: 'In a pair.',
    example: 'alone',
    of: ['alone', 'active', 'standby'],
    name: 'EfmRole',
  })
  role!: string;

  @ListOf({ description: 'Results of probes.', maxItems: 500 }, () => HealthBody)
  health!: HealthBody[];

  @Mapping({ description: 'Counters that changed.', example: {} })
  counters!: Record<string, unknown>;

  @ListOf({ description: 'Listeners and members.', maxItems: 2_000 }, () => MemberBody)
  members!: MemberBody[];

  @ListOf({ description: 'Peers of tunnels.', maxItems: 2_000 }, () => TunnelPeerBody)
  tunnels!: TunnelPeerBody[];

  @Mapping({
    description: 'Use of the connection table.',
    example: { used: 7, max: 262_144 },
    optional: true,
  })
  conntrack?: Record<string, unknown> | null;

  @ListOf({ description: 'New lines.', maxItems: 500 }, () => LogLineBody)
  logs!: LogLineBody[];

  @Whole({ description: 'Lines that were too many.', example: 0, maximum: 2_147_483_647 })
  logsDropped!: number;

  @Whole({
    description: 'By how much the clock is behind, ms.',
    example: 0,
    minimum: Number.MIN_SAFE_INTEGER,
  })
  clockBehindMs!: number;
}
