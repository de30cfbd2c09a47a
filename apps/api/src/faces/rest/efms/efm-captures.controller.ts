/** Packet captures of appliances: asked for, looked at, fetched once. */
import { Body, Controller, Delete, Get, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vserverId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { CapturePackets } from '../../../use-cases/efms/capture-packets.js';
import { EfmCaptureRequest, EfmCapturesView, EfmCaptureView } from './efm-captures.views.js';

const DEFAULT_SECONDS = 10;
const DEFAULT_BYTES = 1_048_576;
const WHOLE_PACKETS = 65_535;

@ApiTags('EFMs')
@Controller('v1/efms/:vserverId/captures')
export class EfmCapturesController {
  constructor(private readonly captures: CapturePackets) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Capture packets at an EFM',
    description:
      'For a bounded time and number of bytes, at one of its network cards. Several wait for each other. Whoever may change the system may see its packets.',
    answers: [{ status: 201, description: 'Waiting for the appliance.', type: EfmCaptureView }],
    problems: ['not-found', 'rate-limited'],
  })
  async captureEfmPackets(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Body() body: EfmCaptureRequest,
  ): Promise<EfmCaptureView> {
    return this.captures.ask(call, vserverId(id), {
      zone: body.zone,
      seconds: body.seconds ?? DEFAULT_SECONDS,
      maxBytes: body.maxBytes ?? DEFAULT_BYTES,
      bytesPerPacket: body.bytesPerPacket ?? WHOLE_PACKETS,
      protocol: body.protocol ?? null,
      host: body.host ?? null,
      port: body.port ?? null,
    });
  }

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List the packet captures of an EFM',
    description: 'Of the last day, newest first.',
    answers: [{ status: 200, description: 'The captures.', type: EfmCapturesView }],
    problems: ['not-found'],
  })
  async listEfmCaptures(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<EfmCapturesView> {
    return { items: await this.captures.list(call, vserverId(id)) };
  }

  @Get(':captureId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a packet capture',
    description: 'How far it is.',
    answers: [{ status: 200, description: 'The capture.', type: EfmCaptureView }],
    problems: ['not-found'],
  })
  async getEfmCapture(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('captureId') capture: string,
  ): Promise<EfmCaptureView> {
    return this.captures.get(call, vserverId(id), requireUuid('capture', capture));
  }

  @Post(':captureId/fetch')
  @Allow('vsys:change')
  @Describe({
    summary: 'Fetch the packets of a capture',
    description: 'A pcap file. It can be fetched once: afterwards it is kept nowhere.',
    answers: [{ status: 200, description: 'The file, application/vnd.tcpdump.pcap.' }],
    problems: ['not-found', 'conflict'],
  })
  async fetchEfmCapture(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('captureId') capture: string,
  ): Promise<StreamableFile> {
    const packets = await this.captures.fetch(call, vserverId(id), requireUuid('capture', capture));
    return new StreamableFile(packets, {
      type: 'application/vnd.tcpdump.pcap',
      disposition: `attachment; filename="${capture}.pcap"`,
    });
  }

  @Delete(':captureId')
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Remove a packet capture',
    description: 'With its packets, if they were not fetched.',
    answers: [{ status: 204, description: 'Removed.' }],
    problems: ['not-found'],
  })
  async removeEfmCapture(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('captureId') capture: string,
  ): Promise<void> {
    await this.captures.remove(call, vserverId(id), requireUuid('capture', capture));
  }
}
