/** Tenants (organizations) with their VDCs and tokens. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerTenants } from './tenants.js';
import { registerTokens } from './tokens.js';
import { registerVdcs } from './vdcs.js';

export function registerTenancy(program: Command, shell: Shell): void {
  registerTenants(program, shell);
  registerVdcs(program, shell);
  registerTokens(program, shell);
}
