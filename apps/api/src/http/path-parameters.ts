/** What the parameters in paths mean: one table for all routes. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';

interface PathParameter {
  readonly description: string;
  readonly example: string;
  readonly format?: string;
}

const UUID_EXAMPLE = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
const uuid = (description: string): PathParameter => ({ description, example: UUID_EXAMPLE, format: 'uuid' });

const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  roleName: { description: 'Name of the role in the descriptor.', example: 'web' },
  vsysId: { description: 'Id of the VSYS.', example: 'DEMO0001-7K2M9QXPA' },
  vserverId: { description: 'Id of the server.', example: 'DEMO0001-7K2M9QXPA-S-0003' },
  ruleId: { description: 'Id of the rule, from the list of rules.', example: 'r-web' },
  memberName: { description: 'Server or role.', example: 'web' },
  certificateName: { description: 'Name of the certificate in the configuration.', example: 'shop' },
  configVersion: { description: 'Version of the configuration.', example: '3' },
  nicId: { description: 'Id of the network card.', example: 'DEMO0001-7K2M9QXPA-S-0003-E-0' },
  vdiskId: { description: 'Id of the disk.', example: 'DEMO0001-7K2M9QXPA-D-0001' },
  vnetId: { description: 'Id of the network.', example: 'DEMO0001-7K2M9QXPA-N-DMZ' },
  snapshotId: { description: 'Id of the snapshot.', example: 'DEMO0001-7K2M9QXPA-X-0001' },
  backupId: { description: 'Id of the back-up.', example: 'DEMO0001-7K2M9QXPA-B-0001' },
  policyId: uuid('Id of the back-up policy.'),
  publicIpId: { description: 'Id of the public address.', example: 'DEMO0001-7K2M9QXPA-P-0001' },
  descriptorName: { description: 'Name of the descriptor.', example: 'three-tier' },
  version: { description: 'Version of the descriptor.', example: '1.0.0' },
  serverTypeName: { description: 'Name of the server type.', example: 'standard.small' },
  imageName: { description: 'Name of the image, or its name, “:” and a version.', example: 'debian-13' },
  downloadSecret: { description: 'Of the link.', example: 'kQ2v…' },
  imageOperationId: uuid('Id of the operation.'),
  srUuid: uuid('Uuid of the storage.'),
  period: { description: 'The month in the contract’s time zone.', example: '2026-03' },
  position: { description: 'Number of the line, from 1 on.', example: '1' },
  priceListId: uuid('Id of the version of a price list.'),
  captureId: uuid('Id of the capture.'),
  zoneId: uuid('Id of the zone.'),
  reservationId: uuid('Id of the reservation.'),
  connectionId: {
    description: 'Id of a connection of two systems.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    format: 'uuid',
  },
  allocationId: uuid('Id of the allocated address.'),
  operationId: uuid('Id of the operation.'),
  organizationId: uuid('Id of the organization.'),
  budgetId: uuid('Id of the budget.'),
  webhookId: uuid('Id of the webhook.'),
  deliveryId: { description: 'Id of the delivery.', example: '4711' },
  noticeId: uuid('Id of the notice.'),
  quotaRequestId: uuid('Id of the request.'),
  vdcId: uuid('Id of the VDC.'),
  scheduleId: uuid('Id of the schedule.'),
  userId: uuid('Id of the user.'),
  tokenId: uuid('Id of the token.'),
  certificateId: uuid('Id of the certificate.'),
  poolId: uuid('Id of the pool.'),
  poolOperationId: uuid('Id of the operation.'),
  hostUuid: uuid('Uuid of the host.'),
  objectUuid: uuid('Uuid of the object in the pool.'),
};

/** Throws `internal` for a parameter that is missing in the table. */
export function completePathParameters(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      for (const parameter of operation?.parameters ?? []) {
        if ('$ref' in parameter || parameter.in !== 'path') continue;
        const known = PATH_PARAMETERS[parameter.name];
        if (known === undefined) throw new DomainError('internal', `No description of ${parameter.name}.`);
        const { description, example, format } = known;
        Object.assign(parameter, { description, example });
        parameter.schema = { type: 'string', ...(format === undefined ? {} : { format }) };
      }
    }
  }
  return document;
}
