/** Keys with which other tenants take an image into use, until they are withdrawn. */
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { contractId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { ImageCopyKeys } from '../../../use-cases/images/image-copy-keys.js';
import { CopyKeyRequest } from '../backups/backups.requests.js';
import { CopyKeyView } from '../backups/backups.views.js';

@ApiTags('Images')
@Controller('v1/images/:imageName/copy-key')
export class ImageCopyKeysController {
  constructor(private readonly keys: ImageCopyKeys) {}

  @Put()
  @Allow('image:manage')
  @Describe({
    summary: 'Set the copy key of an image',
    description:
      'For some contracts or for whoever has it, without an end. A new key each time; the one before is worth nothing any more. It is used with `POST /v1/shared-images`.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found', 'conflict'],
  })
  async setImageCopyKey(
    @FromCaller() call: Call,
    @Param('imageName') name: string,
    @Body() { contracts = [] }: CopyKeyRequest,
  ): Promise<CopyKeyView> {
    return this.keys.set(call, name, contracts.map(contractId));
  }

  @Get()
  @Allow('image:manage')
  @Describe({
    summary: 'Get the copy key of an image',
    description: 'For who may set it.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found', 'conflict'],
  })
  async getImageCopyKey(@FromCaller() call: Call, @Param('imageName') name: string): Promise<CopyKeyView> {
    return this.keys.get(call, name);
  }

  @Delete()
  @HttpCode(204)
  @Allow('image:manage')
  @Describe({
    summary: 'Withdraw the copy key of an image',
    description: 'Organizations that use the image already go on.',
    answers: [{ status: 204, description: 'Withdrawn.' }],
    problems: ['not-found', 'conflict'],
  })
  async withdrawImageCopyKey(@FromCaller() call: Call, @Param('imageName') name: string): Promise<void> {
    await this.keys.withdraw(call, name);
  }
}
