/** Images and servers out of the cloud. */
import { Body, Controller, Get, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { vserverId } from '@openvsys/vsys';
import { Allow, AllowAnyone } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ExportImage } from '../../../use-cases/images/export-image.js';
import { ExportImageRequest, ExportView } from './image-work.views.js';

const LINK =
  'The link works once, from the end of the operation on, for a day. Make it again when it was used up.';

@ApiTags('Images')
@Controller('v1')
export class ImageExportsController {
  constructor(private readonly exports: ExportImage) {}

  @Post('images/:imageName/export')
  @Allow('image:manage')
  @Describe({
    summary: 'Take an image out of the cloud',
    description: `As a machine or as a disk. ${LINK}`,
    answers: [{ status: 202, description: 'What takes it out, and the link.', type: ExportView }],
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async exportImage(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Body() { format }: ExportImageRequest,
  ): Promise<ExportView> {
    return this.exports.ofImage({ ...call, idempotency: null }, name, format);
  }

  @Post('vservers/:vserverId/export')
  @Allow('image:manage')
  @Describe({
    summary: 'Take a stopped server out of the cloud',
    description: `As a machine with all its disks, or its system disk alone. A machine holds what the system gave its guest, secrets too. ${LINK}`,
    answers: [{ status: 202, description: 'What takes it out, and the link.', type: ExportView }],
    problems: ['not-found', 'conflict', 'no-capacity'],
  })
  async exportVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Body() { format }: ExportImageRequest,
  ): Promise<ExportView> {
    return this.exports.ofServer({ ...call, idempotency: null }, vserverId(id), format);
  }

  @Get('image-downloads/:downloadSecret')
  @AllowAnyone()
  @ApiSecurity({})
  @Describe({
    summary: 'Download what was taken out',
    description: 'By the link of the export: whoever has it, once.',
    answers: [{ status: 200, description: 'The content, application/octet-stream.' }],
    problems: ['not-found', 'conflict'],
  })
  async downloadImage(@Param('downloadSecret') secret: string): Promise<StreamableFile> {
    const { content, filename, bytes } = await this.exports.download(secret, new Date());
    return new StreamableFile(Readable.from(content, { objectMode: false }), {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${filename}"`,
      length: bytes,
    });
  }
}
