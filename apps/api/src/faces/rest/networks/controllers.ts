/** Routes of networks and their addresses. */
import type { Type } from '@nestjs/common';
import { AddressRangesController } from './address-ranges.controller.js';
import { AddressesController } from './addresses.controller.js';
import { NetworkSettingsController } from './network-settings.controller.js';
import { PublicAddressesController, VdcAddressesController } from './public-addresses.controller.js';

export const NETWORK_CONTROLLERS: readonly Type<object>[] = [
  AddressRangesController,
  AddressesController,
  NetworkSettingsController,
  PublicAddressesController,
  VdcAddressesController,
];
