/** Single data disks of a VSYS: made, attached, detached, grown, removed. */
import { Body, Controller, Delete, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { vdiskId, vserverId, type VDiskId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, MatchOptional, Repeatable } from '../../../http/describe.decorator.js';
import { Exchange, type HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import {
  attachedDisk,
  changedDisk,
  createdDisk,
  deletedDisk,
  detachedDisk,
  grownDisk,
  type ChangedDisk,
} from '../../../use-cases/parts/disk-edits.js';
import { EditParts, type PartEdit } from '../../../use-cases/parts/edit-parts.js';
import type { AcceptedView } from '../operations/operations.views.js';
import { ACCEPTED_OR_PLAN, ADMISSION_PROBLEMS } from '../vsys/admission.doc.js';
import type { PlanView } from '../vsys/plan.views.js';
import { DryRunQuery } from '../vsys/vsys.requests.js';
import { AttachVDiskRequest, ChangeVDiskRequest, CreateVDiskRequest } from './disk-parts.requests.js';
import { answerEdit } from './part-changes.js';
import { newDiskOf } from './parts.mapping.js';

@ApiTags('VDisks')
@Controller('v1/vdisks')
export class DiskPartsController {
  constructor(private readonly parts: EditParts) {}

  @Post()
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Create a disk',
    description: 'Empty, attached to a server (a running one too) or to none.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async createVDisk(
    @FromCaller() call: Call,
    @Query() query: DryRunQuery,
    @Body() { onFailure, ...disk }: CreateVDiskRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, createdDisk(newDiskOf(disk)), { query, exchange, onFailure });
  }

  @Patch(':vdiskId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Grow a disk, or change its priority',
    description:
      'Where the pool cannot grow it while the server runs, the server is stopped and started. A priority is noted while it runs.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async changeVDisk(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, sizeGiB, priority }: ChangeVDiskRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, editOf(vdiskId(id), { sizeGiB, priority }), {
      query,
      exchange,
      onFailure,
    });
  }

  @Post(':vdiskId/attach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Attach a disk to a server',
    description: 'While it runs too.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async attachVDisk(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: DryRunQuery,
    @Body() { onFailure, vserverId: server }: AttachVDiskRequest,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    const edit = attachedDisk(vdiskId(id), vserverId(server));
    return answerEdit(this.parts, call, edit, { query, exchange, onFailure });
  }

  @Post(':vdiskId/detach')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Detach a disk',
    description: 'While its server runs too, as far as the guest lets it go. It stays and is charged.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async detachVDisk(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, detachedDisk(vdiskId(id)), { query, exchange });
  }

  @Delete(':vdiskId')
  @Allow('vsys:change')
  @Repeatable()
  @MatchOptional()
  @Describe({
    summary: 'Delete a disk',
    description: 'With its contents; an attached one is detached first.',
    answers: ACCEPTED_OR_PLAN,
    problems: ADMISSION_PROBLEMS,
  })
  async deleteVDisk(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: DryRunQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<AcceptedView | PlanView> {
    return answerEdit(this.parts, call, deletedDisk(vdiskId(id)), { query, exchange });
  }
}

/** Growing alone has a name of its own among the operations. */
const editOf = (id: VDiskId, { sizeGiB, priority }: ChangedDisk): PartEdit =>
  priority === undefined && sizeGiB !== undefined
    ? grownDisk(id, sizeGiB)
    : changedDisk(id, { sizeGiB, priority });
