/** Systems made, renamed, destroyed. */
import { Injectable } from '@nestjs/common';
import { DomainError } from '@openvsys/vsys';
import { ChangeVsys } from '../../../use-cases/vsys/change-vsys.js';
import { CreateVsys } from '../../../use-cases/vsys/create-vsys.js';
import { DeleteVsys } from '../../../use-cases/vsys/delete-vsys.js';
import { changeOf } from '../../../use-cases/vsys/design-change.js';
import { bind, chooseDescriptor, type BoundDesign } from '../../../use-cases/vsys/design-source.js';
import type { NewSystem } from '../../../use-cases/vsys/new-system.js';
import { FgcpHome } from '../fgcp-home.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems, isNotFound } from '../fgcp-systems.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { cloudCategoryOf } from '../words/cloud-category.js';
import { hindranceOf, serverStatus, STARTABLE } from '../words/server-words.js';
import { stoppedDescriptor } from '../words/stopped-descriptor.js';

/** As of the REST API. */
const LONGEST_NAME = 60;

@Injectable()
export class VsysChanges extends FgcpNoun {
  constructor(
    private readonly create: CreateVsys,
    private readonly change: ChangeVsys,
    private readonly remove: DeleteVsys,
    private readonly home: FgcpHome,
    private readonly systems: FgcpSystems,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    CreateVSYS: { permission: 'vsys:create', run: async (given) => this.made(given) },
    DestroyVSYS: { permission: 'vsys:delete', run: async (given) => this.destroyed(given) },
    UpdateVSYSAttribute: { permission: 'vsys:change', run: async (given) => this.renamed(given) },
    UpdateVSYSConfiguration: { permission: 'vsys:change', run: async (given) => this.recategorized(given) },
  };

  private async made(given: FgcpCall): Promise<FgcpFields> {
    const { call, request } = given;
    const name = nameIn(request.get('vsysName'), 'vsysName');
    const descriptor = request.get('vsysDescriptorId');
    const system: NewSystem = {
      name,
      vdcId: await this.home.oldest(given),
      onFailure: 'rollback',
      kind: 'vsys.create',
      design: async (session, scope) => {
        const source = { kind: 'stored', name: descriptor, version: undefined } as const;
        return stoppedDesign(await chooseDescriptor(session, scope, source));
      },
    };
    const { vsysId } = await this.create.execute(call, system).catch((error: unknown) => {
      throw refusalOf(error, name, descriptor);
    });
    return { vsysId };
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const { id } = vsys;
    const members = await this.systems.members(given, id);
    const busy = members.find(({ state, power }) =>
      isBusy(serverStatus({ state, power }, hindranceOf(vsys))),
    );
    if (busy !== undefined)
      throw new FgcpError('SERVER_RUNNING', `The status of Server[${busy.id}] is not STOPPED.`);
    await this.remove.execute(given.call, { vsysId: id, precondition: undefined, way: 'bin' });
    return NOTHING;
  }

  private async renamed(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    given.request.oneOf('attributeName', ['vsysName']);
    const name = nameIn(given.request.get('attributeValue'), 'attributeValue');
    const wish = { design: undefined, parameters: undefined, onFailure: 'rollback' } as const;
    const change = changeOf({ ...wish, vsysId: id, precondition: undefined, name });
    await this.change.execute(given.call, change).catch((error: unknown) => {
      throw refusalOf(error, name, '');
    });
    return NOTHING;
  }

  /** Which outside networks a system joins follows from its descriptor; what is so already may be asked for. */
  private async recategorized(given: FgcpCall): Promise<FgcpFields> {
    const { descriptorDocument } = await this.systems.get(given);
    given.request.oneOf('configurationName', ['CLOUD_CATEGORY']);
    const wanted = given.request.get('configurationValue');
    if (wanted === cloudCategoryOf(descriptorDocument)) return NOTHING;
    throw new FgcpError('UNSUPPORT_ERROR', `This system cannot be made ${wanted}.`);
  }
}

/** A server that is not made yet has nothing to lose. */
const isBusy = (status: ReturnType<typeof serverStatus>): boolean =>
  ![...STARTABLE, 'ERROR'].includes(status) && status !== 'DEPLOYING';

function nameIn(text: string, parameter: string): string {
  if (text.length > LONGEST_NAME) throw wrongValue(parameter);
  return text;
}

function stoppedDesign({ descriptor }: Pick<BoundDesign, 'descriptor'>): BoundDesign {
  const stopped = stoppedDescriptor(descriptor);
  return bind({ descriptor: stopped, versionId: null, inline: stopped }, {});
}

function refusalOf(error: unknown, name: string, descriptor: string): unknown {
  if (!(error instanceof DomainError)) return error;
  if (isNotFound(error) && error.pointer === '/descriptor')
    return new FgcpError('RESOURCE_NOT_FOUND', `Template does not exist. [${descriptor}]`);
  if (error.code === 'conflict' && error.pointer === '/name')
    return new FgcpError('SYSTEM_NAME_ALREADY_EXISTS', `The system name [${name}] already exists.`);
  return error;
}
