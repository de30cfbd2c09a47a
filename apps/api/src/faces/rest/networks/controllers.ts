/** Routes of networks and their addresses. */
import type { Type } from '@nestjs/common';
import { AddressesController } from './addresses.controller.js';
import { NetworkSettingsController } from './network-settings.controller.js';

export const NETWORK_CONTROLLERS: readonly Type<object>[] = [AddressesController, NetworkSettingsController];
