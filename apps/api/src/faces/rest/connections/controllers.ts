/** Routes of connections between systems. */
import type { Type } from '@nestjs/common';
import { ConnectionsController, SystemConnectionsController } from './connections.controller.js';

export const CONNECTION_CONTROLLERS: readonly Type<object>[] = [
  ConnectionsController,
  SystemConnectionsController,
];
