/** Connections between VNets of two systems: proposed, accepted, attached on both sides, ended. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vnetId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import {
  attachedConnection,
  detachedConnection,
  ownEnd,
} from '../../../use-cases/connections/attach-connection.js';
import { DropConnections } from '../../../use-cases/connections/drop-connections.js';
import { ManageConnections, type WantedEnd } from '../../../use-cases/connections/manage-connections.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { answerEdit } from '../parts/part-changes.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import {
  AcceptConnectionRequest,
  AttachConnectionRequest,
  ConnectionKeyView,
  ConnectionList,
  connectionView,
  endedConnectionView,
  ConnectionView,
  EndedConnectionView,
  ProposeConnectionRequest,
  type ConnectionEndRequest,
} from './connections.views.js';

const connectionId = (text: string): string => requireUuid('connection', text);
const endOf = ({ vnetId: net, name }: ConnectionEndRequest): WantedEnd => ({ vnetId: vnetId(net), name });

@ApiTags('Connections')
@Controller('v1/vsys/:vsysId/connections')
export class SystemConnectionsController {
  constructor(private readonly connections: ManageConnections) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List the connections of a VSYS',
    description: 'To VNets of other systems, proposed ones too.',
    answers: [{ status: 200, description: 'All of them.', type: ConnectionList }],
    problems: ['not-found'],
  })
  async listConnections(@FromCaller() call: Call, @Param('vsysId') id: string): Promise<ConnectionList> {
    const connections = await this.connections.list(call, vsysId(id));
    return { items: connections.map((each) => connectionView(each, call.scope)) };
  }
}

@ApiTags('Connections')
@Controller('v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ManageConnections,
    private readonly dropped: DropConnections,
    private readonly parts: EditParts,
  ) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Propose a connection',
    description:
      'Between a VNet of yours and one of another system. With `to` both sides have agreed at once; without it the owner of the other side accepts with the id and the key. Nothing changes in the systems yet. Counts as a VNet of each side.',
    answers: [{ status: 201, description: 'The connection.', type: ConnectionView }],
    problems: ['not-found', 'conflict', 'quota-exceeded'],
  })
  async proposeConnection(
    @FromCaller() call: Call,
    @Body() { from, to }: ProposeConnectionRequest,
  ): Promise<ConnectionView> {
    const proposal = { from: endOf(from), to: to === undefined ? undefined : endOf(to) };
    return connectionView(await this.connections.propose(call, proposal), call.scope);
  }

  @Get(':connectionId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a connection',
    description: 'How far it is on both sides. One that ended is shown too.',
    answers: [{ status: 200, description: 'The connection.', type: ConnectionView }],
    problems: ['not-found'],
  })
  async getConnection(@FromCaller() call: Call, @Param('connectionId') id: string): Promise<ConnectionView> {
    return connectionView(await this.connections.get(call, connectionId(id)), call.scope);
  }

  @Get(':connectionId/key')
  @Allow('vsys:change')
  @Describe({
    summary: 'Get the key of a proposed connection',
    description: 'For who proposed it: the owner of the other side accepts with it.',
    answers: [{ status: 200, description: 'The key.', type: ConnectionKeyView }],
    problems: ['not-found'],
  })
  async getConnectionKey(
    @FromCaller() call: Call,
    @Param('connectionId') id: string,
  ): Promise<ConnectionKeyView> {
    return this.connections.getKey(call, connectionId(id));
  }

  @Post(':connectionId/accept')
  @Allow('vsys:change')
  @Repeatable()
  @HttpCode(200)
  @Describe({
    summary: 'Accept a connection',
    description:
      'With a VNet of yours. Refused for ranges that overlap with networks of the other side, and for VNets without a firewall.',
    answers: [{ status: 200, description: 'The connection.', type: ConnectionView }],
    problems: ['not-found', 'conflict', 'quota-exceeded'],
  })
  async acceptConnection(
    @FromCaller() call: Call,
    @Param('connectionId') id: string,
    @Body() { key, ...end }: AcceptConnectionRequest,
  ): Promise<ConnectionView> {
    const accepted = await this.connections.accept(call, connectionId(id), endOf(end), key);
    return connectionView(accepted, call.scope);
  }

  @Post(':connectionId/attach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @HttpCode(202)
  @Describe({
    summary: 'Attach a connection to your VSYS',
    description:
      'Its firewall learns of the other one and has a zone of the connection’s name. A change of the system like any other. Nothing passes until rules of both firewalls accept it.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async attachConnection(
    @FromCaller() call: Call,
    @Param('connectionId') id: string,
    @Query() query: DryRunQuery,
    @Body() { vsysId: vsys, onFailure }: AttachConnectionRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const connection = await this.connections.get(call, connectionId(id));
    const end = ownEnd(connection, call.scope, vsys === undefined ? undefined : vsysId(vsys));
    return answerEdit(this.parts, call, attachedConnection(connection, end), { query, exchange, onFailure });
  }

  @Post(':connectionId/detach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @HttpCode(202)
  @Describe({
    summary: 'Detach a connection from your VSYS',
    description:
      'Nothing passes from then on; the agreement stays, and it can be attached again. Refused while rules name the connection.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async detachConnection(
    @FromCaller() call: Call,
    @Param('connectionId') id: string,
    @Query() query: DryRunQuery,
    @Body() { vsysId: vsys, onFailure }: AttachConnectionRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const connection = await this.connections.get(call, connectionId(id));
    const end = ownEnd(connection, call.scope, vsys === undefined ? undefined : vsysId(vsys));
    const edit = detachedConnection(connection.id, end, 'refused');
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Delete(':connectionId')
  @Allow('vsys:change')
  @Repeatable()
  @Describe({
    summary: 'Delete a connection',
    description:
      'By either owner, at any time. Both firewalls forget it; a zone that rules name stays, with nobody behind it.',
    answers: [{ status: 200, description: 'The connection as it ended.', type: EndedConnectionView }],
    problems: ['not-found'],
  })
  async deleteConnection(
    @FromCaller() call: Call,
    @Param('connectionId') id: string,
  ): Promise<EndedConnectionView> {
    const ended = await this.connections.end(call, connectionId(id));
    const detached = await this.dropped.drop(call, ended.id);
    return endedConnectionView(ended, call.scope, detached);
  }
}
