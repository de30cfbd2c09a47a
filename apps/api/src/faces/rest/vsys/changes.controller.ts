/** Who changed what: the generations that changed a part, with values before and after. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { publicIpId, vdiskId, vnetId, vserverId, vsysId, type PartId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { PageQuery } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadGenerations } from '../../../use-cases/vsys/read-generations.js';
import { GenerationPage } from './generations.views.js';

/** Each row is compared with the one before, so pages are smaller than elsewhere. */
const PAGE = 20;

const HOW =
  'When, by whom, why, and each value before and after; newest first, 20 a page unless asked otherwise. Contents that may be secret are named, not shown.';

const answers = [
  { status: 200, description: 'A page of generations that changed it.', type: GenerationPage },
] as const;

@ApiTags('Changes')
@Controller('v1')
export class ChangesController {
  constructor(private readonly read: ReadGenerations) {}

  @Get('vsys/:vsysId/changes')
  @Allow('vsys:read')
  @Describe({
    summary: 'List who changed what of a VSYS',
    description: HOW,
    answers: [...answers],
    problems: ['not-found'],
  })
  async listVsysChanges(
    @FromCaller() call: Call,
    @Param('vsysId') id: string,
    @Query() { limit = PAGE, cursor }: PageQuery,
  ): Promise<GenerationPage> {
    return this.read.list(call, vsysId(id), { limit, cursor });
  }

  @Get('vservers/:vserverId/changes')
  @Allow('vsys:read')
  @Describe({
    summary: 'List who changed what of a server',
    description: `${HOW} With its network cards; also of a server that is no longer there.`,
    answers: [...answers],
    problems: ['not-found'],
  })
  async listVServerChanges(
    @FromCaller() call: Call,
    @Param('vserverId') id: string,
    @Query() query: PageQuery,
  ): Promise<GenerationPage> {
    return this.ofPart(call, vserverId(id), query);
  }

  @Get('vdisks/:vdiskId/changes')
  @Allow('vsys:read')
  @Describe({
    summary: 'List who changed what of a disk',
    description: HOW,
    answers: [...answers],
    problems: ['not-found'],
  })
  async listVDiskChanges(
    @FromCaller() call: Call,
    @Param('vdiskId') id: string,
    @Query() query: PageQuery,
  ): Promise<GenerationPage> {
    return this.ofPart(call, vdiskId(id), query);
  }

  @Get('vnets/:vnetId/changes')
  @Allow('vsys:read')
  @Describe({
    summary: 'List who changed what of a network',
    description: HOW,
    answers: [...answers],
    problems: ['not-found'],
  })
  async listVNetChanges(
    @FromCaller() call: Call,
    @Param('vnetId') id: string,
    @Query() query: PageQuery,
  ): Promise<GenerationPage> {
    return this.ofPart(call, vnetId(id), query);
  }

  @Get('public-ips/:publicIpId/changes')
  @Allow('vsys:read')
  @Describe({
    summary: 'List who changed what of a public address',
    description: HOW,
    answers: [...answers],
    problems: ['not-found'],
  })
  async listPublicIpChanges(
    @FromCaller() call: Call,
    @Param('publicIpId') id: string,
    @Query() query: PageQuery,
  ): Promise<GenerationPage> {
    return this.ofPart(call, publicIpId(id), query);
  }

  private async ofPart(
    call: Call,
    part: PartId,
    { limit = PAGE, cursor }: PageQuery,
  ): Promise<GenerationPage> {
    return this.read.listOfPart(call, part, { limit, cursor });
  }
}
