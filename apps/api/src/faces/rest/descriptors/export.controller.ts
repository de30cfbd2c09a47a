/** Descriptors in other formats. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { Choice, ListOf, Text } from '../../../http/fields.js';
import { writeXml } from '../../../http/xml/write-xml.js';
import type { Call } from '../../../use-cases/call.js';
import { ExportDescriptor } from '../../../use-cases/descriptors/export-descriptor.js';
import { ImportNoteView } from './import.controller.js';

/** A descriptor of the largest text, with tags around its shortest fields. */
const MAX_EXPORT_LENGTH = 16_777_216;

const FORMAT = {
  description: 'fujitsu-xml: Fujitsu’s XML form, `vsysDescriptor`.',
  example: 'fujitsu-xml',
  of: ['fujitsu-xml'],
  name: 'ExportFormat',
} as const;

export class ExportDescriptorQuery {
  @Choice({ ...FORMAT })
  format!: 'fujitsu-xml';
}

export class ExportedDescriptorView {
  @Choice({ ...FORMAT })
  format!: 'fujitsu-xml';

  @Text({
    description: 'The document.',
    example: '<vsysDescriptor version="1.0"/>',
    maxLength: MAX_EXPORT_LENGTH,
  })
  text!: string;

  @ListOf(
    {
      description: 'What the format cannot say; `place` is a pointer into the descriptor.',
      maxItems: 50_000,
    },
    () => ImportNoteView,
  )
  notes!: readonly ImportNoteView[];
}

@ApiTags('Descriptors')
@Controller('v1/descriptors')
export class ExportDescriptorController {
  constructor(private readonly exports: ExportDescriptor) {}

  @Get(':descriptorName/versions/:version/export')
  @Allow('descriptor:read')
  @Describe({
    summary: 'Write a version of a descriptor in another format',
    description:
      'Parameters become their defaults. Importing the text again gives the same design, but for what `notes` tells.',
    answers: [
      { status: 200, description: 'The text, and what it cannot say.', type: ExportedDescriptorView },
    ],
    problems: ['not-found', 'conflict'],
  })
  async exportDescriptor(
    @FromCaller() call: Call,
    @Param('descriptorName') name: string,
    @Param('version') version: string,
    @Query() { format }: ExportDescriptorQuery,
  ): Promise<ExportedDescriptorView> {
    const { root, notes } = await this.exports.toFujitsu(call, name, version);
    return { format, text: writeXml(root), notes };
  }
}
