/** Use cases of connections between systems. */
import type { Type } from '@nestjs/common';
import { DropConnections } from './drop-connections.js';
import { ManageConnections } from './manage-connections.js';

export const CONNECTION_USE_CASES: readonly Type<object>[] = [DropConnections, ManageConnections];
