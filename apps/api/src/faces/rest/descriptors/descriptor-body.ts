/** A descriptor comes as YAML text, or as JSON that holds the text or the document. */
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';
import { RequestValidationPipe } from '../../../http/validation.pipe.js';
import { DescriptorRequest } from './descriptors.views.js';

export function AcceptsDescriptor(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(DescriptorRequest),
    ApiConsumes('application/json', 'application/yaml'),
    ApiBody({
      required: true,
      description:
        'The descriptor: as YAML text, or as JSON that holds its text (`source`) or itself (`document`).',
      schema: { oneOf: [{ $ref: getSchemaPath(DescriptorRequest) }, { type: 'string' }] },
    }),
  );
}

const pipe = new RequestValidationPipe();

/** Throws `invalid-request` unless the body is a text or has exactly one of the two fields. */
export async function descriptorText(body: unknown): Promise<string> {
  if (typeof body === 'string') return body;
  const checked: unknown = await pipe.transform(body, { type: 'body', metatype: DescriptorRequest });
  if (checked instanceof DescriptorRequest) {
    const { source, document } = checked;
    if (source !== undefined && document === undefined) return source;
    if (document !== undefined && source === undefined) return JSON.stringify(document);
  }
  throw new DomainError('invalid-request', 'The request holds no descriptor, or two.', {
    pointer: '/source',
    remedy: 'Send the text with Content-Type application/yaml, or JSON with either `source` or `document`.',
  });
}
