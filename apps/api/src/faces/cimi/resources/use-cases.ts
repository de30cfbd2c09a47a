/** The use cases that CIMI stands on: those of the REST API, and no others. */
import { Injectable } from '@nestjs/common';
import { Annotate } from '../../../use-cases/annotations/annotate.js';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { ManageDescriptors } from '../../../use-cases/descriptors/manage-descriptors.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { ListEvents } from '../../../use-cases/events/list-events.js';
import { ReadMetrics } from '../../../use-cases/metrics/read-metrics.js';
import { ControlOperation } from '../../../use-cases/operations/control-operation.js';
import { ReadOperations } from '../../../use-cases/operations/read-operations.js';
import { ChangePower } from '../../../use-cases/parts/change-power.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { RestServer } from '../../../use-cases/parts/rest-server.js';
import { ChangeSnapshots } from '../../../use-cases/snapshots/change-snapshots.js';
import { ReadSnapshots } from '../../../use-cases/snapshots/read-snapshots.js';
import { ManageTemplates } from '../../../use-cases/templates/manage-templates.js';
import { ManageVdcs } from '../../../use-cases/tenancy/manage-vdcs.js';
import { ChangeVsys } from '../../../use-cases/vsys/change-vsys.js';
import { ChangeWholePower } from '../../../use-cases/vsys/change-whole-power.js';
import { CreateVsys } from '../../../use-cases/vsys/create-vsys.js';
import { DeleteVsys } from '../../../use-cases/vsys/delete-vsys.js';
import { ReadVsys } from '../../../use-cases/vsys/read-vsys.js';

@Injectable()
export class CimiUseCases {
  constructor(
    readonly annotate: Annotate,
    readonly catalog: ReadCatalog,
    readonly descriptors: ManageDescriptors,
    readonly configureEfm: ConfigureEfm,
    readonly readEfm: ReadEfm,
    readonly events: ListEvents,
    readonly metrics: ReadMetrics,
    readonly controlOperation: ControlOperation,
    readonly operations: ReadOperations,
    readonly power: ChangePower,
    readonly edit: EditParts,
    readonly parts: ReadParts,
    readonly rest: RestServer,
    readonly snapshots: ChangeSnapshots,
    readonly readSnapshots: ReadSnapshots,
    readonly templates: ManageTemplates,
    readonly vdcs: ManageVdcs,
    readonly change: ChangeVsys,
    readonly wholePower: ChangeWholePower,
    readonly create: CreateVsys,
    readonly remove: DeleteVsys,
    readonly vsys: ReadVsys,
  ) {}
}
