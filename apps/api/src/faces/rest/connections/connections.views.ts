/** Connections between systems as the REST API shows and takes them. */
import type { ConnectionEnd, ConnectionRecord } from '@openvsys/persistence';
import { CONNECTION_STATES, connectionStateOf, type ConnectionState, type Scope } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Nested, Text, Uuid } from '../../../http/fields.js';
import type { Dropped } from '../../../use-cases/connections/drop-connections.js';
import { NAME_RULE } from '../networks/name-rule.js';
import { FailureChoice } from '../parts/server-parts.requests.js';

const VNET = 'DEMO0001-7K2M9QXPA-N-APP';
const KEY = 'n3sVqZq0Wm1c2K8yT5dJr7uXbLk';
const NAME = 'Name of the connection in its system: a zone for rules of the firewall.';

export class ConnectionEndRequest {
  @Text({ description: 'The VNet, whose gateway is a firewall.', example: VNET })
  vnetId!: string;

  @Text({ description: NAME, example: 'billing', pattern: NAME_RULE })
  name!: string;
}

export class ProposeConnectionRequest {
  @Nested({ description: 'Your side.' }, () => ConnectionEndRequest)
  from!: ConnectionEndRequest;

  @Nested(
    {
      description: 'The other side, when it is yours too. Without it: whoever you give the key to.',
      optional: true,
    },
    () => ConnectionEndRequest,
  )
  to?: ConnectionEndRequest;
}

export class AcceptConnectionRequest extends ConnectionEndRequest {
  @Text({
    description: 'From who proposed it; not needed by who owns both sides.',
    example: KEY,
    optional: true,
    minLength: 1,
    maxLength: 64,
  })
  key?: string;
}

export class AttachConnectionRequest extends FailureChoice {
  @Text({
    description: 'Which of the two systems; needed when both are yours.',
    example: 'DEMO0001-7K2M9QXPA',
    optional: true,
  })
  vsysId?: string;
}

export class ConnectionKeyView {
  @Text({
    description: 'Give it to the owner of the other side. Worth nothing once the connection is accepted.',
    example: KEY,
  })
  key!: string;
}

export class ConnectionEndView {
  @Text({ description: 'The system.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'The VNet; null at a foreign end.', example: VNET, nullable: true })
  vnetId!: string | null;

  @Text({ description: 'Its range when it was agreed.', example: '10.0.2.0/24' })
  cidr!: string;

  @Text({ description: `${NAME} Null at a foreign end.`, example: 'billing', nullable: true })
  name!: string | null;

  @Flag({ description: 'It is in what is wanted of the system.', example: true })
  isAttached!: boolean;

  @Flag({ description: 'It is in what the system reached: its firewall was told.', example: true })
  isReached!: boolean;
}

export class ConnectionView {
  @Uuid({ description: 'Id.', example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  id!: string;

  @Choice({
    description:
      '`proposed`: one side is known · `accepted`: both sides agreed · `established`: both firewalls were told · `deleted`: ended.',
    example: 'established',
    of: CONNECTION_STATES,
    name: 'ConnectionState',
  })
  state!: ConnectionState;

  @Nested({ description: 'Who proposed it.' }, () => ConnectionEndView)
  from!: ConnectionEndView;

  @Nested({ description: 'Who accepted it; null before.', nullable: true }, () => ConnectionEndView)
  to!: ConnectionEndView | null;

  @Instant({ description: 'Proposed.', example: '2026-03-01T12:00:00.000Z' })
  createdAt!: Date;

  @Instant({ description: 'Accepted.', example: '2026-03-01T12:05:00.000Z', nullable: true })
  acceptedAt!: Date | null;
}

export class ConnectionList {
  @ListOf({ description: 'By age; at most 32.' }, () => ConnectionView)
  items!: readonly ConnectionView[];
}

export class DetachedView {
  @Text({ description: 'The system whose firewall forgets the connection.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Uuid({ description: 'Its operation.', example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c12' })
  operationId!: string;
}

export class EndedConnectionView extends ConnectionView {
  @ListOf({ description: 'Changes of your systems that began with it.' }, () => DetachedView)
  detached!: readonly Dropped[];
}

/** What a caller may know of it: of a foreign end what was agreed. */
export function connectionView(connection: ConnectionRecord, scope: Scope): ConnectionView {
  const { id, createdAt, acceptedAt, releasedAt, ends } = connection;
  const end = (side: ConnectionEnd['side']): ConnectionEndView | null => {
    const found = ends.find((each) => each.side === side);
    return found === undefined ? null : endView(found, scope);
  };
  const from = end('from');
  if (from === null) throw new Error(`the connection ${id} has no proposing end`);
  const state = connectionStateOf({ acceptedAt, releasedAt, ends });
  return { id, state, from, to: end('to'), createdAt, acceptedAt };
}

export function endedConnectionView(
  connection: ConnectionRecord,
  scope: Scope,
  detached: readonly Dropped[],
): EndedConnectionView {
  const { id, state, from, to, createdAt, acceptedAt } = connectionView(connection, scope);
  return { id, state, from, to, createdAt, acceptedAt, detached };
}

function endView(end: ConnectionEnd, scope: Scope): ConnectionEndView {
  const { vsysId, vnetId, cidr, zone, isAttached, isReached } = end;
  const isOwn = scope.coversVdc(end.organizationId, end.vdcId);
  return { vsysId, cidr, vnetId: isOwn ? vnetId : null, name: isOwn ? zone : null, isAttached, isReached };
}
