/** Parts of VSYS: lists and single ones. Their power is in `power.controller.ts`. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { publicIpId, vdiskId, vnetId, vserverId, vsysId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe } from '../../../http/describe.decorator.js';
import { pageRequestOf } from '../../../http/paging.js';
import type { Call } from '../../../use-cases/call.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { ListPartsQuery } from './parts.requests.js';
import {
  PublicIpPage,
  PublicIpView,
  VDiskPage,
  VDiskView,
  VNetPage,
  VNetView,
  VServerPage,
  VServerView,
} from './parts.views.js';
import { hidingHost, hidingHosts } from './hiding-hosts.js';

const filterOf = ({ vsys, name, state }: ListPartsQuery) => ({
  vsysId: vsys === undefined ? undefined : vsysId(vsys),
  name,
  state,
});

@ApiTags('VServers')
@Controller('v1/vservers')
export class VServersController {
  constructor(private readonly parts: ReadParts) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List servers',
    description: 'Servers of one VSYS or of all that the caller sees; EFM appliances are among them.',
    answers: [{ status: 200, description: 'A page of servers.', type: VServerPage }],
  })
  async listVServers(@FromCaller() call: Call, @Query() query: ListPartsQuery): Promise<VServerPage> {
    return hidingHosts(call, await this.parts.listVServers(call, filterOf(query), pageRequestOf(query)));
  }

  @Get(':vserverId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a server',
    description: 'Its wanted and last seen state with its network cards.',
    answers: [{ status: 200, description: 'The server.', type: VServerView }],
    problems: ['not-found'],
  })
  async getVServer(@FromCaller() call: Call, @Param('vserverId') id: string): Promise<VServerView> {
    return hidingHost(call, await this.parts.getVServer(call, vserverId(id)));
  }
}

@ApiTags('VDisks')
@Controller('v1/vdisks')
export class VDisksController {
  constructor(private readonly parts: ReadParts) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List disks',
    description: 'Data disks of one VSYS or of all that the caller sees.',
    answers: [{ status: 200, description: 'A page of disks.', type: VDiskPage }],
  })
  async listVDisks(@FromCaller() call: Call, @Query() query: ListPartsQuery): Promise<VDiskPage> {
    return this.parts.listVDisks(call, filterOf(query), pageRequestOf(query));
  }

  @Get(':vdiskId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a disk',
    description: 'Size, state and the server it is attached to.',
    answers: [{ status: 200, description: 'The disk.', type: VDiskView }],
    problems: ['not-found'],
  })
  async getVDisk(@FromCaller() call: Call, @Param('vdiskId') id: string): Promise<VDiskView> {
    return this.parts.getVDisk(call, vdiskId(id));
  }
}

@ApiTags('VNets')
@Controller('v1/vnets')
export class VNetsController {
  constructor(private readonly parts: ReadParts) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List networks',
    description: 'Networks of one VSYS or of all that the caller sees.',
    answers: [{ status: 200, description: 'A page of networks.', type: VNetPage }],
  })
  async listVNets(@FromCaller() call: Call, @Query() query: ListPartsQuery): Promise<VNetPage> {
    return this.parts.listVNets(call, filterOf(query), pageRequestOf(query));
  }

  @Get(':vnetId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a network',
    description: 'Address range, VLAN and state.',
    answers: [{ status: 200, description: 'The network.', type: VNetView }],
    problems: ['not-found'],
  })
  async getVNet(@FromCaller() call: Call, @Param('vnetId') id: string): Promise<VNetView> {
    return this.parts.getVNet(call, vnetId(id));
  }
}

@ApiTags('Public addresses')
@Controller('v1/public-ips')
export class PublicIpsController {
  constructor(private readonly parts: ReadParts) {}

  @Get()
  @Allow('vsys:read')
  @Describe({
    summary: 'List public addresses',
    description: 'Public addresses of one VSYS or of all that the caller sees.',
    answers: [{ status: 200, description: 'A page of public addresses.', type: PublicIpPage }],
  })
  async listPublicIps(@FromCaller() call: Call, @Query() query: ListPartsQuery): Promise<PublicIpPage> {
    return this.parts.listPublicIps(call, filterOf(query), pageRequestOf(query));
  }

  @Get(':publicIpId')
  @Allow('vsys:read')
  @Describe({
    summary: 'Get a public address',
    description: 'The address and the EFM that answers for it.',
    answers: [{ status: 200, description: 'The public address.', type: PublicIpView }],
    problems: ['not-found'],
  })
  async getPublicIp(@FromCaller() call: Call, @Param('publicIpId') id: string): Promise<PublicIpView> {
    return this.parts.getPublicIp(call, publicIpId(id));
  }
}
