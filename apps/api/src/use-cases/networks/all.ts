/** Use cases of networks and their addresses. */
import type { Type } from '@nestjs/common';
import { ManageAddressRanges } from './manage-address-ranges.js';
import { ManageAddresses } from './manage-addresses.js';
import { ManagePublicAddresses } from './manage-public-addresses.js';
import { ManageNetworkSettings } from './network-settings.js';

export const NETWORK_USE_CASES: readonly Type<object>[] = [
  ManageAddressRanges,
  ManageAddresses,
  ManageNetworkSettings,
  ManagePublicAddresses,
];
