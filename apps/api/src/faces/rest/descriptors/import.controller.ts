/** Descriptors of other formats. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../../../http/allow.decorator.js';
import { Describe } from '../../../http/describe.decorator.js';
import { Choice, ListOf, Mapping, Text } from '../../../http/fields.js';
import { readXml } from '../../../http/xml/read-xml.js';
import { ImportDescriptor } from '../../../use-cases/descriptors/import-descriptor.js';
import { MAX_DESCRIPTOR_LENGTH } from '../vsys/vsys.requests.js';

/** Bodies are bounded as a whole, below what the reader of XML takes. */
const MAX_XML_LENGTH = 1_048_576;

export class ImportDescriptorRequest {
  @Choice({
    description:
      'ovf: an OVF envelope (DSP0243), one system or several. fujitsu-xml: Fujitsu’s XML form, `vsysDescriptor`.',
    example: 'ovf',
    of: ['ovf', 'fujitsu-xml'],
    name: 'ImportFormat',
  })
  format!: 'ovf' | 'fujitsu-xml';

  @Text({ description: 'The XML.', example: '<Envelope/>', minLength: 1, maxLength: MAX_XML_LENGTH })
  text!: string;

  @Text({ description: 'Name of the descriptor.', example: 'my-shop', minLength: 1, maxLength: 64 })
  name!: string;

  @Text({ description: 'Version; `1.0.0` when not given.', example: '1.0.0', maxLength: 64, optional: true })
  version?: string;

  @Text({
    description:
      'Image that the servers are made of when neither the text nor whoever makes a system names one.',
    example: 'debian-13',
    maxLength: 80,
    optional: true,
  })
  image?: string;
}

export class ImportNoteView {
  @Text({
    description: 'Where in the source.',
    example: '/Envelope/VirtualSystem[web]',
    maxLength: 10_000,
  })
  place!: string;

  @Text({ description: 'What became of it.', example: 'Shared disks are left out.', maxLength: 1_000 })
  message!: string;
}

export class ImportedDescriptorView {
  @Mapping({ description: 'The descriptor.', example: { apiVersion: 'openvsys/v1', kind: 'VsysDescriptor' } })
  document!: Readonly<Record<string, unknown>>;

  @Text({
    description: 'The same as YAML, to be looked at, changed and posted.',
    example: 'apiVersion: openvsys/v1',
    maxLength: MAX_DESCRIPTOR_LENGTH,
  })
  source!: string;

  @ListOf(
    { description: 'What could not be carried over, or not as it was.', maxItems: 50_000 },
    () => ImportNoteView,
  )
  notes!: readonly ImportNoteView[];
}

@ApiTags('Descriptors')
@Controller('v1/descriptors')
export class ImportDescriptorController {
  constructor(private readonly imports: ImportDescriptor) {}

  @Post('import')
  @HttpCode(200)
  @Allow('descriptor:read')
  @Describe({
    summary: 'Make a descriptor of a system that is described elsewhere',
    description:
      'Servers, networks, disks, start orders and properties are carried over, sizes become server types; the rest is told. Stores nothing: post the answer’s `source`.',
    answers: [{ status: 200, description: 'The descriptor.', type: ImportedDescriptorView }],
    problems: ['invalid-descriptor', 'too-large'],
  })
  async importDescriptor(@Body() body: ImportDescriptorRequest): Promise<ImportedDescriptorView> {
    const { format, text, name, version = '1.0.0', image } = body;
    const wish = { metadata: { name, version }, ...(image === undefined ? {} : { image }) };
    const xml = readXml(text);
    const { descriptor, source, notes } = await (format === 'ovf'
      ? this.imports.fromOvf(xml, wish)
      : this.imports.fromFujitsu(xml, wish));
    return { document: { ...descriptor }, source, notes };
  }
}
