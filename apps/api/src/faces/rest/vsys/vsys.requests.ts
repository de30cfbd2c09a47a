import { VSYS_PHASES, type VsysPhase } from '@openvsys/vsys';
import { Choice, Flag, Mapping, Nested, Text, Uuid } from '../../../http/fields.js';
import { PageQuery } from '../../../http/paging.js';

/** 256 KiB: the bound of a descriptor. */
export const MAX_DESCRIPTOR_LENGTH = 262_144;

export class DescriptorRef {
  @Text({
    description: 'Name; the organization’s own descriptor goes before the provider’s of the same name.',
    example: 'three-tier',
  })
  name!: string;

  @Text({ description: 'Version; the newest when not given.', example: '1.0.0', optional: true })
  version?: string;
}

/** Where the design comes from: exactly one of `descriptor`, `source` and `document`. */
export class DesignRequest {
  @Nested({ description: 'A stored descriptor.', optional: true }, () => DescriptorRef)
  descriptor?: DescriptorRef;

  @Text({
    description: 'The descriptor itself as YAML or JSON text.',
    example: 'apiVersion: openvsys/v1',
    maxLength: MAX_DESCRIPTOR_LENGTH,
    optional: true,
  })
  source?: string;

  @Mapping({
    description: 'The descriptor itself as JSON.',
    example: { apiVersion: 'openvsys/v1', kind: 'VsysDescriptor' },
    optional: true,
  })
  document?: Record<string, unknown>;

  @Mapping({
    description: 'Values of the descriptor’s parameters.',
    example: { webCount: 2 },
    optional: true,
  })
  parameters?: Record<string, unknown>;
}

export class CreateVsysRequest extends DesignRequest {
  @Text({
    description: 'Name, unique among the living systems of the VDC.',
    example: 'shop',
    minLength: 1,
    maxLength: 60,
  })
  name!: string;

  @Uuid({ description: 'The VDC it is to be in.' })
  vdcId!: string;

  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';

  @Text({
    description: 'Id of the tenant’s own, unique among the living systems of the organization.',
    example: 'crm-4711',
    minLength: 1,
    optional: true,
  })
  externalId?: string;

  @Mapping({ description: 'Tags to filter by.', example: { env: 'prod' }, optional: true })
  tags?: Record<string, unknown>;

  @Text({
    description: 'Notes for people.',
    example: 'Ask Jo before a change.',
    maxLength: 20_000,
    optional: true,
  })
  notes?: string;
}

/** Without a design the present descriptor version stays; without parameters their present values stay. */
export class ChangeVsysRequest extends DesignRequest {
  @Text({ description: 'New name.', example: 'shop', minLength: 1, maxLength: 60, optional: true })
  name?: string;

  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}

export class DryRunQuery {
  @Flag({ description: 'Answer the plan (200) and change nothing.', example: false, optional: true })
  dryRun?: boolean;
}

export class DeleteVsysQuery extends DryRunQuery {
  @Flag({
    description: 'For good at once: skips the recycle bin, or takes the system out of it and deletes it.',
    example: false,
    optional: true,
  })
  purge?: boolean;

  @Flag({
    description:
      'Whether all its back-ups stay, and go on costing; only those that were taken so when not given.',
    example: false,
    optional: true,
  })
  keepBackups?: boolean;
}

export class ListVsysQuery extends PageQuery {
  @Text({ description: 'Only those with this name.', example: 'shop', optional: true })
  name?: string;

  @Choice({
    description: 'Only those in this phase; deleted ones are listed only when asked for.',
    example: 'ready',
    of: VSYS_PHASES,
    name: 'VsysPhase',
    optional: true,
  })
  phase?: VsysPhase;

  @Uuid({ description: 'Only those of this VDC.', optional: true })
  vdc?: string;

  @Text({ description: 'Only the one with this external id.', example: 'crm-4711', optional: true })
  externalId?: string;

  @Text({
    description: 'Only those with these tags: `key` or `key:value`, several separated by commas.',
    example: 'env:prod,team',
    maxLength: 1_000,
    optional: true,
  })
  tag?: string;

  @Text({
    description:
      'Only those with this text in the name, the notes, a tag or the external id, whatever its case.',
    example: 'shop',
    minLength: 2,
    maxLength: 100,
    optional: true,
  })
  search?: string;

  @Flag({ description: 'Only those in the recycle bin.', example: false, optional: true })
  binned?: boolean;
}
