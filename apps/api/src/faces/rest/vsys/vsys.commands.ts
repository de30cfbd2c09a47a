/** Requests as commands of the use cases. */
import type { VsysFilter } from '@openvsys/persistence';
import { DomainError, parseTagFilter, vdcId, type VsysId } from '@openvsys/vsys';
import type { Precondition } from '../../../use-cases/precondition.js';
import { changeOf, type DesignChange } from '../../../use-cases/vsys/design-change.js';
import type { DesignSource } from '../../../use-cases/vsys/design-source.js';
import { newSystemOf, type NewSystem } from '../../../use-cases/vsys/new-system.js';
import type { ChangeVsysRequest, CreateVsysRequest, DesignRequest, ListVsysQuery } from './vsys.requests.js';

export function createCommand(body: CreateVsysRequest): NewSystem {
  const { externalId, tags, notes } = body;
  const isSet = [externalId, tags, notes].some((each) => each !== undefined);
  return newSystemOf({
    name: body.name,
    vdcId: vdcId(body.vdcId),
    design: requiredSource(body),
    parameters: body.parameters ?? {},
    onFailure: body.onFailure ?? 'rollback',
    ...(isSet ? { settings: { externalId, tags, notes } } : {}),
  });
}

export function changeCommand(
  vsys: VsysId,
  body: ChangeVsysRequest,
  precondition: Precondition | undefined,
): DesignChange {
  return changeOf({
    vsysId: vsys,
    precondition,
    name: body.name,
    design: sourceOf(body),
    parameters: body.parameters,
    onFailure: body.onFailure ?? 'rollback',
  });
}

/** Throws `invalid-request` unless exactly one way of naming the design is used. */
function requiredSource(body: DesignRequest): DesignSource {
  const source = sourceOf(body);
  if (source !== undefined) return source;
  throw new DomainError('invalid-request', 'The request names no descriptor.', {
    pointer: '/descriptor',
    remedy: 'Send one of `descriptor` (a stored one), `source` (text) or `document` (JSON).',
  });
}

function sourceOf({ descriptor, source, document }: DesignRequest): DesignSource | undefined {
  const given: DesignSource[] = [];
  if (descriptor !== undefined)
    given.push({ kind: 'stored', name: descriptor.name, version: descriptor.version });
  if (source !== undefined) given.push({ kind: 'text', text: source });
  if (document !== undefined) given.push({ kind: 'text', text: JSON.stringify(document) });
  if (given.length <= 1) return given[0];
  throw new DomainError('invalid-request', 'The request names more than one descriptor.', {
    pointer: '/descriptor',
    remedy: 'Send only one of `descriptor`, `source` and `document`.',
  });
}

/** Throws `invalid-request` for a tag that cannot be one. */
export function vsysFilterOf(query: ListVsysQuery): VsysFilter {
  const { name, phase, externalId, search } = query;
  return {
    name,
    phase,
    externalId,
    search,
    vdcId: query.vdc === undefined ? undefined : vdcId(query.vdc),
    tags: query.tag?.split(',').map(parseTagFilter),
    place: query.binned === true ? 'bin' : undefined,
  };
}
