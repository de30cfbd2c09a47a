/** Answers, problems and headers that changes of EFMs have in common. */
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { ErrorCode } from '@openvsys/vsys';
import { AcceptedView } from '../operations/operations.views.js';
import { ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import { EfmPreviewView } from './efm-config.views.js';

export const EFM_ACCEPTED_OR_PREVIEW = [
  {
    status: 202,
    description: 'Accepted; the operation tells how far it is.',
    type: AcceptedView,
    headers: { Location: 'Path of the operation.', ETag: 'Of the new configuration.' },
  },
  {
    status: 200,
    description: 'With `dryRun=true`: the preview. Nothing was changed.',
    type: EfmPreviewView,
  },
] as const;

export const EFM_PROBLEMS: readonly ErrorCode[] = ['not-found', 'conflict', 'stale', ...ADMISSION_PROBLEMS];

/** Headers and query of a change. Must it name the configuration that it is based on? */
export const MatchConfig = (need: 'required' | 'optional'): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: need === 'required',
      description:
        'ETag of the configuration as the caller knows it. The change is refused with 412 when it was changed meanwhile.',
      example: '"9f86d081884c7d659a2feaa0c55ad015"',
    }),
    ApiQuery({
      name: 'dryRun',
      required: false,
      description: 'Answer the preview (200) and change nothing.',
      schema: { type: 'boolean', example: false },
    }),
  );
