/** What most operations begin with: the system that a request names, its parts, and how a wrong name is answered. */
import { Injectable } from '@nestjs/common';
import type { Page, PageRequest, VDiskRecord, VServerRecord, VsysDetailRecord } from '@openvsys/persistence';
import {
  DomainError,
  vdiskId,
  vserverId,
  vsysId,
  type VDiskId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import { Annotate } from '../../use-cases/annotations/annotate.js';
import { ReadBackups } from '../../use-cases/backups/read-backups.js';
import { ReadParts } from '../../use-cases/parts/read-parts.js';
import { ReadOutline } from '../../use-cases/vsys/read-outline.js';
import type { FgcpCall } from './fgcp-operation.js';
import { noResource, wrongValue } from './protocol/fgcp-error.js';
import { EFM_TYPES, type EfmType } from './words/server-words.js';

/** Rows of one read. */
const PAGE = 1_000;
/** Of servers, disks and appliances; systems have their own bound. */
const LONGEST_NAME = 85;

export type Labels = ReadonlyMap<string, string>;

@Injectable()
export class FgcpSystems {
  constructor(
    private readonly outline: ReadOutline,
    private readonly parts: ReadParts,
    private readonly annotations: Annotate,
    private readonly backups: ReadBackups,
  ) {}

  /** Throws VALIDATION_ERROR for an unknown system, RESOURCE_NOT_FOUND for one that is deleted. */
  async get({ call, request }: FgcpCall, parameter = 'vsysId'): Promise<VsysDetailRecord> {
    const text = request.get(parameter);
    const system = await this.outline.get(call, idOf(text, vsysId, parameter)).catch((error: unknown) => {
      throw isNotFound(error) ? wrongValue(parameter) : error;
    });
    if (system.phase === 'deleted' || system.purgeAt !== null) throw noResource('VSYS', text);
    return system;
  }

  /** Names as callers wrote them, by the id of the part. */
  async labels({ call }: FgcpCall, system: VsysId): Promise<Labels> {
    const notes = [...(await this.annotations.list(call, { vsysId: system })).values()];
    return new Map(notes.flatMap(({ resource, name }) => (name === null ? [] : [[resource, name]])));
  }

  /** Notes the name that the caller gives a part. */
  async label({ call }: FgcpCall, system: VsysId, part: string, name: string): Promise<void> {
    if (name.length > LONGEST_NAME) throw wrongValue('attributeValue');
    await this.annotations.change(call, system, part, { name });
  }

  /** Servers and appliances that are wanted, without the second ones of pairs and without kinds that have no word here. */
  async members({ call }: FgcpCall, system: VsysId): Promise<readonly VServerRecord[]> {
    const all = await everyPage(async (page) =>
      this.parts.listVServers(call, { vsysId: system, which: 'wanted' }, page),
    );
    return all.filter((server) => server.kind === 'server' || findEfmType(server) !== undefined);
  }

  /** Without appliances. */
  async servers(given: FgcpCall, system: VsysId): Promise<readonly VServerRecord[]> {
    return (await this.members(given, system)).filter(({ kind }) => kind === 'server');
  }

  async disks({ call }: FgcpCall, system: VsysId): Promise<readonly VDiskRecord[]> {
    return everyPage(async (page) => this.parts.listVDisks(call, { vsysId: system, which: 'wanted' }, page));
  }

  /** Disks of which a back-up is being taken; a system disk by the id of its server. */
  async beingBackedUp({ call }: FgcpCall, system: VsysId): Promise<ReadonlySet<string>> {
    const all = await everyPage(async (page) => this.backups.list(call, { vsysId: system }, page));
    return new Set(
      all.filter(({ state }) => state === 'planned' || state === 'creating').map(({ source }) => source),
    );
  }

  /**
   * A server, by the parameter that names it. Throws VALIDATION_ERROR for what is no server of that system by its form or its
   * kind, RESOURCE_NOT_FOUND for one that is not there.
   */
  async server(given: FgcpCall, system: VsysId, parameter = 'vserverId'): Promise<VServerRecord> {
    const member = await this.member(given, system, parameter);
    if (member.kind !== 'server') throw wrongValue(parameter);
    return member;
  }

  /** An appliance; throws as `server` does. */
  async efm(
    given: FgcpCall,
    system: VsysId,
    parameter = 'efmId',
  ): Promise<VServerRecord & { readonly efm: EfmType }> {
    const member = await this.member(given, system, parameter);
    const efm = findEfmType(member);
    if (efm === undefined) throw wrongValue(parameter);
    return { ...member, efm };
  }

  private async member(
    { call, request }: FgcpCall,
    system: VsysId,
    parameter: string,
  ): Promise<VServerRecord> {
    const text = request.get(parameter);
    const id: VServerId = idOf(text, vserverId, parameter);
    if (!id.startsWith(`${system}-`)) throw wrongValue(parameter);
    const { items } = await this.parts.listVServers(call, { id, which: 'wanted' }, { limit: 1 });
    if (items[0] === undefined) throw noResource('SERVER', text);
    return items[0];
  }

  /** A data disk. Throws VALIDATION_ERROR when it is not there. */
  async disk({ call, request }: FgcpCall, system: VsysId, parameter = 'vdiskId'): Promise<VDiskRecord> {
    const id: VDiskId = idOf(request.get(parameter), vdiskId, parameter);
    const { items } = await this.parts.listVDisks(call, { id, which: 'wanted' }, { limit: 1 });
    if (items[0]?.vsysId !== system) throw wrongValue(parameter);
    return items[0];
  }
}

/** Undefined for the second appliance of a pair: the first stands for both. */
export function findEfmType({ kind, name, role }: VServerRecord): EfmType | undefined {
  return name === role ? EFM_TYPES[kind] : undefined;
}

/** The typed id; VALIDATION_ERROR for a text that cannot be one. */
export function idOf<Id>(text: string, parse: (text: string) => Id, parameter: string): Id {
  try {
    return parse(text);
  } catch (error) {
    throw isNotFound(error) ? wrongValue(parameter) : error;
  }
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'not-found';

/** All rows of a list; a page is larger than what almost every list has. */
export async function everyPage<Row>(
  read: (page: PageRequest) => Promise<Page<Row>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: PAGE, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
