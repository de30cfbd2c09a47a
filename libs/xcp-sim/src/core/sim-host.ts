// Purpose: a host as the network sees it.
//
//   toolstack   up ──restart──► starting ──► up        starting, emergency: every call is HOST_STILL_BOOTING
//               up ──master lost (member)──► emergency ──master back, or another one──► up
import type { Row } from '../database/row.js';

export type ToolstackState = 'up' | 'starting' | 'emergency';

export interface SimHost {
  row: Row;
  isMaster: boolean;
  /** False: connections to it are refused. */
  reachable: boolean;
  /** False: the machine is off. An unreachable host goes on working, a dead one does not. */
  powered: boolean;
  toolstack: ToolstackState;
  /** The address that a member names as its master's; undefined: that of the pool's master. */
  believedMaster: string | undefined;
  /** Milliseconds by which the clock of the host is wrong. */
  clockSkewMs: number;
  /** True: TLS handshakes with it fail. */
  tlsBroken: boolean;
}

/** A host that works as it should. */
export function newSimHost(row: Row, isMaster: boolean): SimHost {
  return {
    row,
    isMaster,
    reachable: true,
    powered: true,
    toolstack: 'up',
    believedMaster: undefined,
    clockSkewMs: 0,
    tlsBroken: false,
  };
}

/** Off since before the simulator started. */
export function switchOff(host: SimHost): void {
  host.powered = false;
  host.reachable = false;
}
