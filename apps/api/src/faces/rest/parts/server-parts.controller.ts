/** Single servers of a VSYS and their network cards: made, changed, removed. */
import { Body, Controller, Delete, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError, nicId, vserverId, vserverOfNic, type DiskFate } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import { InitialPasswords } from '../../../use-cases/parts/initial-passwords.js';
import { InitialPasswordView } from './parts.views.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import {
  changedServer,
  createdNic,
  createdServers,
  deletedNic,
  deletedServer,
} from '../../../use-cases/parts/server-edits.js';
import { rebuiltServer } from '../../../use-cases/parts/rebuild-server.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { answerEdit } from './part-changes.js';
import { newNicOf, newServersOf, rebuildOf, serverChangeOf } from './parts.mapping.js';
import {
  ChangeVServerRequest,
  CreateNicRequest,
  CreateVServersRequest,
  FirstLoginRequest,
  RebuildVServerRequest,
  DeleteVServerQuery,
} from './server-parts.requests.js';

/** Data is not destroyed unless the caller says so. */
const KEPT: DiskFate = 'keep';

@ApiTags('VServers')
@Controller('v1/vservers')
export class ServerPartsController {
  constructor(
    private readonly parts: EditParts,
    private readonly passwords: InitialPasswords,
  ) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Create one server or many',
    description:
      'In a VSYS that is there. `added` of the answer has their final ids. The VSYS has a descriptor of its own from then on.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createVServers(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body() { onFailure, ...body }: CreateVServersRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const servers = newServersOf(body);
    const made = wantsPassword(body.login) ? this.passwords.make(servers) : undefined;
    const edit = createdServers(servers, made);
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Patch(':vserverId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Change a server',
    description:
      'Only this one, of a role with many too. User data and login reach a guest at its next first boot, on a config drive at its next start.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async changeVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, name, ...body }: ChangeVServerRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = changedServer(vserverId(id), serverChangeOf(body), name);
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':vserverId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a server',
    description:
      'With its system disk; a running one is stopped first. Data disks are kept unless asked otherwise. Refused while an EFM names it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deleteVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DeleteVServerQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = deletedServer(vserverId(id), query.disks ?? KEPT);
    return answerEdit(this.parts, call, edit, { query, exchange });
  }

  @Post(':vserverId/rebuild')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Rebuild a server',
    description:
      'A fresh system disk from its image or another one; what was on the old one is destroyed when the new one is complete. Id, network cards, addresses and data disks stay. A running server is stopped and started; its guest boots for the first time again.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async rebuildVServer(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, ...body }: RebuildVServerRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const server = vserverId(id);
    const made = wantsPassword(body.login)
      ? await this.passwords.remake(call, server, body.login?.user)
      : undefined;
    const edit = rebuiltServer(server, rebuildOf(body), made);
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Post(':vserverId/initial-password')
  @Allow('vsys:change')
  @Describe({
    summary: 'Read the initial password of a server, once',
    description:
      'Of a server that was created with `login.generatePassword`. It is shown to the first who asks, and is not kept for showing afterwards.',
    answers: [{ status: 200, description: 'The password.', type: InitialPasswordView }],
    problems: ['not-found', 'gone'],
  })
  async showInitialPassword(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
  ): Promise<InitialPasswordView> {
    return this.passwords.show(call, vserverId(id));
  }

  @Post(':vserverId/nics')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Add a network card to a server',
    description: 'While it runs too, when its guest can take one.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createNic(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, ...nic }: CreateNicRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = createdNic(vserverId(id), newNicOf(nic));
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':vserverId/nics/:nicId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Remove a network card of a server',
    description: 'The others keep their addresses. A server has at least one.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deleteNic(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Param('nicId') nic: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, deletedNic(nicOf(id, nic)), { query, exchange });
  }
}

/** Throws `invalid-request` when one is given as well. */
function wantsPassword({ generatePassword, password }: FirstLoginRequest = {}): boolean {
  if (generatePassword === true && password !== undefined)
    throw new DomainError('invalid-request', 'A password is either given or made.', {
      pointer: '/login/generatePassword',
      remedy: 'Leave one of the two out.',
    });
  return generatePassword === true;
}

/** A card of another server answers like none. */
function nicOf(server: string, nic: string) {
  const id = nicId(nic);
  return vserverOfNic(id) === vserverId(server) ? id : nicId(`${nic} of ${server}`);
}
