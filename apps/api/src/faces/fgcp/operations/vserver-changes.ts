/** Servers made, renamed, given another type, destroyed. */
import { Injectable } from '@nestjs/common';
import type { VServerRecord } from '@openvsys/persistence';
import { DomainError, sourceOfDraft, vnetId, vserverId, type VNetId, type VsysId } from '@openvsys/vsys';
import { findText, childrenNamed, findChild, type XmlElement } from '../../../http/xml/xml-element.js';
import { EditParts, type PartEdit } from '../../../use-cases/parts/edit-parts.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { changedServer, createdServers, deletedServer } from '../../../use-cases/parts/server-edits.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems, idOf, isNotFound, type Labels } from '../fgcp-systems.js';
import { FgcpError, illegalState, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { firstLogin } from '../words/first-login.js';
import { labelOf } from '../words/part-views.js';
import { partNameFor } from '../words/part-name.js';
import { hindranceOf, serverStatus, STARTABLE, type Hindrance } from '../words/server-words.js';

interface ServerWish {
  readonly label: string;
  readonly type: string;
  readonly image: string;
  readonly nets: readonly VNetId[];
}

/** What a request may ask for at once. */
const MOST_SERVERS = 100;

@Injectable()
export class VServerChanges extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly edits: EditParts,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    CreateVServer: { permission: 'vsys:change', run: async (given) => this.madeOne(given) },
    CreateMultipleVServer: { permission: 'vsys:change', run: async (given) => this.madeMany(given) },
    DestroyVServer: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
    UpdateVServerAttribute: { permission: 'vsys:change', run: async (given) => this.updated(given) },
  };

  private async madeOne(given: FgcpCall): Promise<FgcpFields> {
    const { request } = given;
    const { id } = await this.systems.get(given);
    const wish = {
      label: request.get('vserverName'),
      type: request.get('vserverType'),
      image: request.get('diskImageId'),
      nets: [await this.net(given, id, request.get('networkId'))],
    };
    // What it means is not known, and a caller that asks for one network has one.
    request.flag('multiNic');
    const [vserverId] = await this.make(given, id, [wish]);
    return { vserverId: vserverId ?? '' };
  }

  private async madeMany(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const asked = childrenNamed(given.request.element('vserversXMLFilePath', 'vservers'), 'vserver');
    if (asked.length === 0 || asked.length > MOST_SERVERS) throw wrongValue('vserversXMLFilePath');
    const wishes: ServerWish[] = [];
    for (const each of asked) wishes.push(await this.wishOf(given, id, each));
    const ids = await this.make(given, id, wishes);
    return {
      vservers: {
        vserver: wishes.map(({ label }, index) => ({ vserverId: ids[index] ?? '', vserverName: label })),
      },
    };
  }

  private async wishOf(given: FgcpCall, system: VsysId, asked: XmlElement): Promise<ServerWish> {
    const text = (name: string): string => {
      const found = findText(asked, name);
      if (found === undefined) throw wrongValue(name);
      return found;
    };
    const nets = [await this.net(given, system, text('networkId'))];
    for (const more of childrenNamed(findChild(asked, 'vnics') ?? asked, 'vnic')) {
      const net = await this.net(given, system, findText(more, 'networkId') ?? '');
      const count = Number(findText(more, 'num') ?? '1');
      if (!Number.isInteger(count) || count < 1 || count > 8) throw wrongValue('num');
      nets.push(...Array.from({ length: count }, () => net));
    }
    return {
      label: text('vserverName'),
      type: text('vserverType'),
      image: text('diskImageId'),
      nets,
    };
  }

  /** Ids in the order of the wishes. All of them are one change of the system. */
  private async make(
    given: FgcpCall,
    system: VsysId,
    wishes: readonly ServerWish[],
  ): Promise<readonly string[]> {
    const members = await this.systems.members(given, system);
    const labels = await this.systems.labels(given, system);
    const names = namesFor(wishes, members, labels);
    const edits = wishes.map(({ type, image, nets }, index) =>
      createdServers({
        vsysId: system,
        name: names[index] ?? '',
        type,
        image,
        power: 'stopped',
        nics: nets.map((net) => ({ vnetId: net })),
        login: firstLogin(image),
        configDrive: true,
      }),
    );
    const accepted = await this.edits.execute(given.call, together(system, edits)).catch((error: unknown) => {
      throw isTaken(error) ? nameExists(wishes[0]?.label ?? '') : error;
    });
    const ids: string[] = [];
    for (const [index, { label }] of wishes.entries()) {
      const part = accepted.added.find(({ kind, name }) => kind === 'vserver' && name === names[index]);
      ids.push(part?.id ?? '');
      if (part !== undefined && part.name !== label) await this.systems.label(given, system, part.id, label);
    }
    return ids;
  }

  private async net({ call }: FgcpCall, system: VsysId, text: string): Promise<VNetId> {
    const id = idOf(text, vnetId, 'networkId');
    const net = await this.parts.getVNet(call, id).catch((error: unknown) => {
      throw isNotFound(error) ? wrongValue('networkId') : error;
    });
    if (net.vsysId !== system) throw wrongValue('networkId');
    return id;
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const server = await this.systems.server(given, vsys.id);
    requireStopped(server, hindranceOf(vsys));
    // Data disks stay, attached to nothing.
    await this.edits.execute(given.call, deletedServer(vserverId(server.id), 'keep'));
    return NOTHING;
  }

  private async updated(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const { id } = vsys;
    const server = await this.systems.server(given, id);
    const attribute = given.request.oneOf('attributeName', ['vserverName', 'vserverType']);
    const value = given.request.get('attributeValue');
    if (attribute === 'vserverName') {
      const labels = await this.systems.labels(given, id);
      const others = (await this.systems.members(given, id)).filter((each) => each.id !== server.id);
      if (others.some((each) => labelOf(labels, each) === value)) throw nameExists(value);
      await this.systems.label(given, id, server.id, value);
      return NOTHING;
    }
    requireStopped(server, hindranceOf(vsys));
    await this.edits.execute(given.call, changedServer(vserverId(server.id), { type: value }));
    return NOTHING;
  }
}

export function requireStopped(server: VServerRecord, hindrance: Hindrance): void {
  const status = serverStatus(server, hindrance);
  if (![...STARTABLE, 'ERROR'].includes(status)) throw illegalState(server.id, status);
}

/** One after the other, admitted together. */
function together(system: VsysId, edits: readonly PartEdit[]): PartEdit {
  const [first, ...rest] = edits;
  if (first === undefined) throw new DomainError('internal', 'There is nothing to make.');
  return {
    vsysId: system,
    about: first.about,
    draft: (present) => {
      let draft = first.draft(present);
      for (const edit of rest) {
        const next = edit.draft({ ...sourceOfDraft(draft), spec: present.spec });
        draft = { ...next, places: [...draft.places, ...next.places] };
      }
      return draft;
    },
  };
}

/** Throws SERVER_NAME_ALREADY_EXISTS for a name that a server of the system or another wish has. */
function namesFor(
  wishes: readonly ServerWish[],
  members: readonly VServerRecord[],
  labels: Labels,
): readonly string[] {
  const shown = new Set(members.map((each) => labelOf(labels, each)));
  const taken = new Set(members.flatMap(({ name, role }) => [name, role]));
  return wishes.map(({ label }) => {
    if (shown.has(label)) throw nameExists(label);
    const name = partNameFor(label, taken);
    shown.add(label);
    taken.add(name);
    return name;
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'conflict' && error.pointer === '/name';

const nameExists = (name: string): FgcpError =>
  new FgcpError('SERVER_NAME_ALREADY_EXISTS', `The server name [${name}] already exists.`);
