/** Extended function modules as the REST API shows them: what is wanted, what their appliance says. */
import { EFM_KINDS, PART_STATES, type EfmKind, type PartState } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { MAX_LOG_TEXT } from './efm.limits.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class EfmOutcomeView {
  @Whole({ description: 'Version of the configuration.', example: 3 })
  version!: number;

  @Text({ description: 'Its hash; empty when the appliance could not read it.', example: HASH })
  hash!: string;

  @Choice({
    description:
      'What became of it: it runs, the real tool refused it, or it was taken back after a failed probe.',
    example: 'applied',
    of: ['applied', 'refused', 'rolled-back'],
    name: 'EfmOutcomeState',
  })
  state!: 'applied' | 'refused' | 'rolled-back';

  @Text({ description: 'Why not, in the words of the tool or probe.', example: '', maxLength: 4_000 })
  reason!: string;
}

export class EfmHealthView {
  @Text({ description: 'What was looked at.', example: 'process haproxy' })
  name!: string;

  @Flag({ description: 'Is it well.', example: true })
  ok!: boolean;

  @Text({ description: 'What is wrong.', example: '', maxLength: 1_000 })
  message!: string;
}

export class EfmAgentView {
  @Instant({ description: 'When it said this.' })
  reportedAt!: Date | null;

  @Text({ description: 'Version of the agent.', example: '1.0.0', nullable: true })
  agentVersion!: string | null;

  @Whole({ description: 'Version of the configuration that runs.', example: 3, nullable: true })
  appliedVersion!: number | null;

  @Text({
    description: 'Hash of what runs; another one than configHash: not there yet.',
    example: HASH,
    nullable: true,
  })
  appliedHash!: string | null;

  @Nested({ description: 'What became of the newest configuration.', nullable: true }, () => EfmOutcomeView)
  outcome!: EfmOutcomeView | null;

  @Text({ description: 'Alone, active or standby.', example: 'alone', nullable: true })
  role!: string | null;

  @ListOf({ description: 'Results of its probes; degraded when one is not ok.' }, () => EfmHealthView)
  health!: readonly EfmHealthView[];
}

export class EfmView {
  @Text({ description: 'Id of the appliance’s server.', example: 'DEMO0001-7K2M9QXPA-S-0001' })
  id!: string;

  @Text({ description: 'The VSYS it belongs to.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name in the descriptor.', example: 'fw' })
  name!: string;

  @Choice({
    description: 'Kind of function.',
    example: 'firewall',
    of: EFM_KINDS,
    name: 'EfmKind',
  })
  kind!: EfmKind;

  @Choice({ description: 'State of the appliance.', example: 'running', of: PART_STATES, name: 'PartState' })
  state!: PartState;

  @Whole({ description: 'Version of the wanted configuration.', example: 1 })
  configVersion!: number;

  @Text({
    description: 'SHA-256 of the wanted configuration.',
    example: HASH,
  })
  configHash!: string;

  @Nested(
    { description: 'What the appliance said last; null before its first report.', nullable: true },
    () => EfmAgentView,
  )
  agent!: EfmAgentView | null;
}

export class EfmPage extends PageView {
  @ListOf({ description: 'EFMs in the order of their ids.' }, () => EfmView)
  items!: readonly EfmView[];
}

export class EfmConfigurationView {
  @Text({ description: 'Id of the appliance’s server.', example: 'DEMO0001-7K2M9QXPA-S-0001' })
  id!: string;

  @Whole({ description: 'Version.', example: 1 })
  version!: number;

  @Text({
    description: 'SHA-256 of the document.',
    example: HASH,
  })
  hash!: string;

  @Mapping({
    description: 'As descriptors write it, without keys: change it and PUT it back.',
    example: { rules: [] },
  })
  config!: Readonly<Record<string, unknown>>;

  @Mapping({
    description: 'The wanted configuration with names resolved.',
    example: { defaultAction: 'deny' },
  })
  document!: Readonly<Record<string, unknown>>;

  @Mapping({
    description: 'The configuration as the appliance’s own tools read it, by file name.',
    example: { 'nftables.conf': 'flush ruleset' },
  })
  rendered!: Readonly<Record<string, unknown>>;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;
}

export class EfmLogLineView {
  @Instant({ description: 'When it was written.' })
  at!: Date;

  @Text({ description: 'Who wrote it: agent, kernel or a program.', example: 'kernel' })
  source!: string;

  @Text({
    description: 'The line.',
    example: 'openvsys rule 1 IN=uplink OUT=eth0 SRC=198.51.100.7',
    maxLength: MAX_LOG_TEXT,
  })
  text!: string;
}

export class EfmLogEntryView {
  @Choice({
    description: 'What happened.',
    example: 'rule',
    of: ['denied', 'rule', 'request', 'health', 'lease', 'pair', 'program'],
    name: 'EfmLogKind',
  })
  kind!: 'denied' | 'rule' | 'request' | 'health' | 'lease' | 'pair' | 'program';

  @Text({
    description: 'Pointer into the configuration to what caused it; null: nothing that is written.',
    example: '/config/rules/0',
    nullable: true,
  })
  pointer!: string | null;

  @Mapping({ description: 'Facts.', example: { source: '198.51.100.7', port: '443' } })
  fields!: Readonly<Record<string, unknown>>;
}

export class EfmLogEntryLineView extends EfmLogLineView {
  @Nested({ description: 'What it means; null: nothing to the EFM.', nullable: true }, () => EfmLogEntryView)
  entry!: EfmLogEntryView | null;
}

export class EfmLogsPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => EfmLogEntryLineView)
  items!: readonly EfmLogEntryLineView[];
}

export class EfmCounterView {
  @Text({ description: 'Pointer into the configuration to what it counts.', example: '/config/rules/0' })
  pointer!: string;

  @Text({ description: 'For people.', example: 'rule 1' })
  title!: string;

  @Mapping({ description: 'Figures by name.', example: { packets: 12, bytes: 720 } })
  values!: Readonly<Record<string, unknown>>;
}

export class EfmCountersView {
  @Instant({ description: 'When they were read; null: never.', nullable: true })
  reportedAt!: Date | null;

  @Instant({ description: 'Since when they count; null: since the programs started.', nullable: true })
  since!: Date | null;

  @ListOf({ description: 'In the order of the programs.', maxItems: 30_000 }, () => EfmCounterView)
  items!: readonly EfmCounterView[];
}

export class EfmMemberFiguresView {
  @Text({ description: 'Listener (`in-…`) or the members behind it (`to-…`).', example: 'to-http' })
  proxy!: string;

  @Text({ description: 'Member; null: all together.', example: 'web-1', nullable: true })
  member!: string | null;

  @Text({ description: 'As HAProxy says.', example: 'UP' })
  status!: string;

  @Whole({ description: 'Sessions now.', example: 3 })
  currentSessions!: number;

  @Whole({ description: 'Sessions since it runs.', example: 300 })
  totalSessions!: number;

  @Whole({ description: 'Bytes in.', example: 1_024 })
  bytesIn!: number;

  @Whole({ description: 'Bytes out.', example: 4_096 })
  bytesOut!: number;

  @Whole({ description: 'Errors of all kinds.', example: 0 })
  errors!: number;

  @Text({ description: 'Last health check.', example: 'L7OK' })
  check!: string;
}

export class EfmTunnelFiguresView {
  @Text({ description: 'Public key of the peer.', example: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=' })
  publicKey!: string;

  @Text({ description: 'Where it was seen.', example: '198.51.100.7:51820', nullable: true })
  endpoint!: string | null;

  @Whole({ description: 's since the last handshake; null: never.', example: 60, nullable: true })
  handshakeAgeSeconds!: number | null;

  @Whole({ description: 'Bytes in.', example: 1_024 })
  bytesIn!: number;

  @Whole({ description: 'Bytes out.', example: 4_096 })
  bytesOut!: number;
}

export class EfmFiguresView {
  @Instant({ description: 'When they were read; null: never.', nullable: true })
  reportedAt!: Date | null;

  @Mapping({
    description: 'Packets and bytes by the counter’s name in the native configuration, since it was loaded.',
    example: { denied: { packets: 3, bytes: 180 } },
  })
  counters!: Readonly<Record<string, unknown>>;

  @ListOf(
    { description: 'Listeners and members of a load balancer.', maxItems: 2_000 },
    () => EfmMemberFiguresView,
  )
  members!: readonly object[];

  @ListOf({ description: 'Peers of a tunnel.', maxItems: 2_000 }, () => EfmTunnelFiguresView)
  tunnels!: readonly object[];

  @Mapping({
    description: 'Use of the connection table.',
    example: { used: 12, max: 262_144 },
    nullable: true,
  })
  conntrack!: Readonly<Record<string, unknown>> | null;
}
