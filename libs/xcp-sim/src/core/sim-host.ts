// Purpose: a host as the network sees it.
import type { Row } from '../database/row.js';

export interface SimHost {
  row: Row;
  isMaster: boolean;
  /** False: connections to it are refused. */
  reachable: boolean;
  /** False: the machine is off. An unreachable host goes on working, a dead one does not. */
  powered: boolean;
}
