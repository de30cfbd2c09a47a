/** A VPN logs who of a pair is active; WireGuard itself is silent by design. */
import type { VpnInput } from '@openvsys/vsys';
import { pairEntry } from '../firewall/logs.js';
import type { EfmLogEntry, NativeLogLine } from '../observation.js';

export const vpnLog = (_: VpnInput, line: NativeLogLine): EfmLogEntry | undefined => pairEntry(line);
