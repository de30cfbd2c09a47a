/** Use cases of networks and their addresses. */
import type { Type } from '@nestjs/common';
import { ManageAddresses } from './manage-addresses.js';
import { ManageNetworkSettings } from './network-settings.js';

export const NETWORK_USE_CASES: readonly Type<object>[] = [ManageAddresses, ManageNetworkSettings];
