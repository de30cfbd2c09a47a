/** Groups of a load balancer as answers show them. */
import type { FgcpFields } from '../protocol/write-answer.js';
import type { Group, GroupTarget } from './balancer-groups.js';

export const groupView = (group: Group): FgcpFields => ({
  balanceType: group.balance,
  certNum: group.certNum,
  id: group.id,
  interval: group.interval,
  maxConnection: group.maxConnection,
  monitorType: 'ping',
  port1: group.port1,
  port2: group.port2,
  protocol: group.protocol,
  recoveryAction: 'switch-back',
  retryCount: group.retryCount,
  targets: {
    target: group.targets.map(({ id, label, ipAddress, port1, port2 }) => ({
      ipAddress,
      port1,
      port2,
      serverId: id,
      serverName: label,
    })),
  },
  timeout: group.timeout,
  uniqueRetention: group.retention,
  uniqueType: group.retention === undefined ? 'By connection' : 'By IP address',
});

/** By what a counter is called: `member web-1 of g10-http`. */
export type MemberFigures = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** What has not been measured. */
const UNKNOWN = '--';

/** Of all listeners of the group together. */
function sumOf(figures: MemberFigures, group: Group, target: GroupTarget, value: string): number | undefined {
  const prefix = `member ${target.name} of g${group.id}-`;
  const found = [...figures]
    .filter(([title]) => title.startsWith(prefix))
    .flatMap(([, values]) => values[value] ?? []);
  return found.length === 0 ? undefined : found.reduce((sum, each) => sum + each, 0);
}

export const loadGroupView = (group: Group, figures: MemberFigures): FgcpFields => ({
  id: group.id,
  port1: group.port1,
  port2: group.port2,
  protocol: group.protocol,
  targets: {
    target: group.targets.map((target) => ({
      ipAddress: target.ipAddress,
      now: sumOf(figures, group, target, 'connections') ?? 0,
      peak:
        sumOf(figures, group, target, 'connectionsPeak') ?? sumOf(figures, group, target, 'connections') ?? 0,
      port1: target.port1,
      status: target.state === 'ready' ? UNKNOWN : target.state,
    })),
  },
});

/** Errors are counted since the appliance started, not by day: only the total is known. */
export const errorGroupView = (group: Group, figures: MemberFigures): FgcpFields => ({
  causes: {
    cause: [
      {
        before: UNKNOWN,
        cat: 'CONNECTION',
        current: UNKNOWN,
        today: UNKNOWN,
        total: group.targets.reduce((sum, target) => sum + (sumOf(figures, group, target, 'errors') ?? 0), 0),
        yesterday: UNKNOWN,
      },
    ],
  },
  id: group.id,
  port1: group.port1,
  protocol: group.protocol,
});
