/** Limits of organizations and VDCs, and what is used of them. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerQuotaRequests } from './requests.js';
import { registerSetQuotas } from './set.js';
import { registerShowQuotas } from './show.js';

export function registerQuotas(program: Command, shell: Shell): void {
  const quotas = program
    .command('quotas')
    .summary('show, set and ask for limits, show what is used')
    .description('Limits of organizations, VDCs and systems. All of them hold for every change.');
  registerShowQuotas(quotas, shell);
  registerSetQuotas(quotas, shell);
  registerQuotaRequests(quotas, shell);
}
