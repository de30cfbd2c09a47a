/** Snapshots of a VSYS: take, list, show, go back to, delete. */
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { snapshotId, vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { preconditionOf } from '../../../http/etag.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ChangeSnapshots } from '../../../use-cases/snapshots/change-snapshots.js';
import { ReadSnapshots } from '../../../use-cases/snapshots/read-snapshots.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { RevertRequest, TakeSnapshotRequest } from './snapshots.requests.js';
import { SnapshotPage, SnapshotView } from './snapshots.views.js';

@ApiTags('Snapshots')
@Controller('v1/vsys')
export class SnapshotsController {
  constructor(
    private readonly changes: ChangeSnapshots,
    private readonly snapshots: ReadSnapshots,
  ) {}

  @Post(':vsysId/snapshots')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Take a snapshot',
    description:
      'Of several servers at one moment: all are held still, for seconds, while their disks are copied, and go on together. It is complete or not there. It counts against the quota `snapshot` and costs what it keeps.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict', 'quota-exceeded', 'address-exhausted'],
  })
  async takeSnapshot(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() { dryRun }: DryRunQuery,
    @Body() { name, servers = [], withMemory = false }: TakeSnapshotRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const wish = { name, servers, withMemory };
    const command = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch), wish };
    if (dryRun !== true) return acceptedView(response, await this.changes.take(call, command));
    response.status(200);
    return this.changes.planTake(call, command);
  }

  @Get(':vsysId/snapshots')
  @Allow('vsys:read')
  @Describe({
    summary: 'List snapshots',
    description: 'Of one VSYS, those that are being taken or deleted among them.',
    answers: [{ status: 200, description: 'A page of snapshots.', type: SnapshotPage }],
    problems: ['not-found'],
  })
  async listSnapshots(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() query: PageQuery,
  ): Promise<SnapshotPage> {
    return this.snapshots.list(call, vsysId(id), pageRequestOf(query));
  }

  @Get(':vsysId/snapshots/:snapshotId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a snapshot',
    description:
      'Its state, its servers, the space that it keeps and how long the servers were held still for it.',
    answers: [{ status: 200, description: 'The snapshot.', type: SnapshotView }],
    problems: ['not-found'],
  })
  async getSnapshot(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Param('snapshotId') snapshot: string,
  ): Promise<SnapshotView> {
    return this.snapshots.get(call, vsysId(id), snapshotId(snapshot));
  }

  @Post(':vsysId/snapshots/:snapshotId/revert')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Go back to a snapshot',
    description:
      'The servers are stopped, their disks become what they were, and they start again as they are wanted. What was written since is lost. Names, addresses and sizes stay as they are wanted now.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async revertSnapshot(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Param('snapshotId') snapshot: string,
    @Query() { dryRun }: DryRunQuery,
    @Body() { servers = [] }: RevertRequest,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const about = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch) };
    const command = { ...about, snapshot: snapshotId(snapshot), servers: servers.map(vserverId) };
    if (dryRun !== true) return acceptedView(response, await this.changes.revert(call, command));
    response.status(200);
    return this.changes.planRevert(call, command);
  }

  @Delete(':vsysId/snapshots/:snapshotId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a snapshot',
    description: 'The servers go on. Metering of it ends when it is gone from the pool.',
    answers: ACCEPTED_OR_PLAN,
    problems: ['not-found', 'conflict'],
  })
  async deleteSnapshot(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Param('snapshotId') snapshot: string,
    @Query() { dryRun }: DryRunQuery,
    @Exchange() { ifMatch, response }: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const about = { vsysId: vsysId(id), precondition: preconditionOf(ifMatch) };
    const command = { ...about, snapshot: snapshotId(snapshot) };
    if (dryRun !== true) return acceptedView(response, await this.changes.remove(call, command));
    response.status(200);
    return this.changes.planRemove(call, command);
  }
}
