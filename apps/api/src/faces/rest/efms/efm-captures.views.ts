/** Packet captures as the REST API takes and shows them. */
import { Choice, Instant, ListOf, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { MAX_CAPTURE_BYTES, MAX_CAPTURE_SECONDS } from '../../../use-cases/efms/capture-packets.js';

/** Ethernet with the largest frames that are in use. */
const MAX_PACKET_BYTES = 65_535;
/** Smaller ones would hold no header. */
const MIN_PACKET_BYTES = 64;
const MIN_BYTES = 1_024;

export class EfmCaptureRequest {
  @Text({ description: 'Where: a VNet of the EFM, or `internet`.', example: 'dmz', maxLength: 20 })
  zone!: string;

  @Whole({
    description: 'How long, s; 10 when not given.',
    example: 10,
    minimum: 1,
    maximum: MAX_CAPTURE_SECONDS,
    optional: true,
  })
  seconds?: number;

  @Whole({
    description: 'How much at most, bytes; 1 MiB when not given. It ends when either is reached.',
    example: 1_048_576,
    minimum: MIN_BYTES,
    maximum: MAX_CAPTURE_BYTES,
    optional: true,
  })
  maxBytes?: number;

  @Whole({
    description: 'How much of each packet, bytes; all when not given.',
    example: 128,
    minimum: MIN_PACKET_BYTES,
    maximum: MAX_PACKET_BYTES,
    optional: true,
  })
  bytesPerPacket?: number;

  @Choice({
    description: 'Only this protocol.',
    example: 'tcp',
    of: ['tcp', 'udp', 'icmp'],
    name: 'FlowProtocol',
    optional: true,
  })
  protocol?: 'tcp' | 'udp' | 'icmp';

  @Text({
    description: 'Only from or to this address.',
    example: '10.0.1.5',
    pattern: '^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\\.(?!$)|$)){4}$',
    optional: true,
  })
  host?: string;

  @Whole({
    description: 'Only from or to this port.',
    example: 443,
    minimum: 1,
    maximum: 65_535,
    optional: true,
  })
  port?: number;
}

export class EfmCaptureWishView {
  @Text({ description: 'Where.', example: 'dmz' })
  zone!: string;

  @Text({ description: 'Network card of the appliance.', example: 'eth0' })
  interface!: string;

  @Whole({ description: 'How long, s.', example: 10 })
  seconds!: number;

  @Whole({ description: 'How much at most, bytes.', example: 1_048_576 })
  maxBytes!: number;

  @Whole({ description: 'How much of each packet, bytes.', example: 65_535 })
  bytesPerPacket!: number;

  @Text({ description: 'Only this protocol.', example: 'tcp', nullable: true })
  protocol!: string | null;

  @Text({ description: 'Only this address.', example: '10.0.1.5', nullable: true })
  host!: string | null;

  @Whole({ description: 'Only this port.', example: 443, nullable: true })
  port!: number | null;
}

export class EfmCaptureView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'Who asked.', example: 'token admin' })
  requestedBy!: string;

  @Nested({ description: 'What was asked for.' }, () => EfmCaptureWishView)
  wish!: EfmCaptureWishView;

  @Choice({
    description: 'How far it is.',
    example: 'done',
    of: ['waiting', 'running', 'done', 'failed'],
    name: 'EfmCaptureState',
  })
  state!: 'waiting' | 'running' | 'done' | 'failed';

  @Instant({ description: 'When it was asked for; a day later it is forgotten.' })
  createdAt!: Date;

  @Instant({ description: 'When the appliance began.', nullable: true })
  startedAt!: Date | null;

  @Instant({ description: 'When it was there.', nullable: true })
  finishedAt!: Date | null;

  @Text({ description: 'Why not.', example: null, nullable: true, maxLength: 1_000 })
  error!: string | null;

  @Whole({ description: 'Bytes of the file.', example: 24_576, nullable: true })
  size!: number | null;

  @Instant({ description: 'When it was fetched: that is possible once.', nullable: true })
  fetchedAt!: Date | null;
}

export class EfmCapturesView {
  @ListOf({ description: 'Newest first.', maxItems: 20 }, () => EfmCaptureView)
  items!: readonly EfmCaptureView[];
}
