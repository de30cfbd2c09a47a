/** Descriptors as things that are captured, copied, shared and given up. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { contractId, DomainError, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import type { Call } from '../../../use-cases/call.js';
import { CaptureSystem } from '../../../use-cases/descriptors/capture-system.js';
import { ShareDescriptor } from '../../../use-cases/descriptors/share-descriptor.js';
import { UnregisterDescriptor } from '../../../use-cases/descriptors/unregister-descriptor.js';
import { CopyKeyView } from '../backups/backups.views.js';
import { DescriptorVersionView } from './descriptors.views.js';
import {
  CaptureVsysRequest,
  DescriptorCopyRequest,
  DescriptorKeyRequest,
  UnregisterQuery,
} from './library.requests.js';

const STORED = [{ status: 201, description: 'The stored version.', type: DescriptorVersionView }] as const;

@ApiTags('Descriptors')
@Controller('v1')
export class DescriptorLibraryController {
  constructor(
    private readonly captures: CaptureSystem,
    private readonly shares: ShareDescriptor,
    private readonly removal: UnregisterDescriptor,
  ) {}

  @Post('vsys/:vsysId/capture')
  @Allow('descriptor:write')
  @Repeatable()
  @Describe({
    summary: 'Make a descriptor of a system',
    description:
      'Of its present design, configurations of EFMs included. Values that it has become defaults. Secrets stay behind: who makes a system of it gives others. Disks are empty.',
    answers: [...STORED],
    problems: ['not-found', 'conflict', 'invalid-descriptor'],
  })
  async captureVsys(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Body() body: CaptureVsysRequest,
  ): Promise<DescriptorVersionView> {
    const { name, version = '1.0.0', title, description, logins = 'keep', images } = body;
    const metadata = {
      name,
      version,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    };
    const wish = { metadata, logins, ...(images === undefined ? {} : { images: texts(images) }) };
    return this.captures.capture(call, vsysId(id), wish);
  }

  @Post('descriptors/copy')
  @Allow('descriptor:write')
  @Repeatable()
  @Describe({
    summary: 'Copy a descriptor',
    description:
      'One version of one that you see, or of another organization’s by its key. The copy is your own; it does not change with the original.',
    answers: [...STORED],
    problems: ['not-found', 'conflict', 'invalid-descriptor'],
  })
  async copyDescriptor(
    @FromCaller() call: Call,
    @Body() body: DescriptorCopyRequest,
  ): Promise<DescriptorVersionView> {
    return this.shares.copy(call, body);
  }

  @Put('descriptors/:descriptorName/copy-key')
  @Allow('descriptor:write')
  @Describe({
    summary: 'Set the copy key of a descriptor',
    description:
      'A new key each time; the one before is worth nothing any more. Who has it may copy any version.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found', 'conflict'],
  })
  async setDescriptorCopyKey(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
    @Body() { contracts = [] }: DescriptorKeyRequest,
  ): Promise<CopyKeyView> {
    return this.shares.setKey(call, name, contracts.map(contractId));
  }

  @Get('descriptors/:descriptorName/copy-key')
  @Allow('descriptor:write')
  @Describe({
    summary: 'Get the copy key of a descriptor',
    description: 'For who may set it.',
    answers: [{ status: 200, description: 'The key.', type: CopyKeyView }],
    problems: ['not-found', 'conflict'],
  })
  async getDescriptorCopyKey(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
  ): Promise<CopyKeyView> {
    return this.shares.getKey(call, name);
  }

  @Delete('descriptors/:descriptorName/copy-key')
  @HttpCode(204)
  @Allow('descriptor:write')
  @Repeatable()
  @Describe({
    summary: 'Withdraw the copy key of a descriptor',
    description: 'Copies stay.',
    answers: [{ status: 204, description: 'Withdrawn.' }],
    problems: ['not-found', 'conflict'],
  })
  async withdrawDescriptorCopyKey(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
  ): Promise<void> {
    await this.shares.withdrawKey(call, name);
  }

  @Delete('descriptors/:descriptorName')
  @HttpCode(204)
  @Allow('descriptor:write')
  @Repeatable()
  @Describe({
    summary: 'Unregister a descriptor',
    description:
      'With all its versions: it is neither listed nor used any more, and its name is free. Systems that were made of it go on.',
    answers: [{ status: 204, description: 'It is gone.' }],
    problems: ['not-found', 'conflict'],
  })
  async unregisterDescriptor(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
    @Query() { systems = 'refuse' }: UnregisterQuery,
  ): Promise<void> {
    await this.removal.execute(call, name, systems);
  }
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      if (typeof value === 'string') return [key, value];
      throw new DomainError('invalid-request', 'The name of an image is a text.', {
        pointer: `/images/${key}`,
      });
    }),
  );
}
