/** Queries and writes of the use cases. Each takes the session of the caller's transaction first. */
export * from './addresses.js';
export * from './audit-chain.js';
export * from './backup-policies.js';
export * from './backups.js';
export * from './budget-evaluation.js';
export * from './budgets.js';
export * from './catalog.js';
export * from './connections.js';
export * from './consoles.js';
export * from './descriptor-library.js';
export * from './descriptors.js';
export * from './efm-agents.js';
export * from './efm-captures.js';
export * from './efm-probes.js';
export * from './efm-counter-base.js';
export * from './efm-tokens.js';
export { insertEvent, type NewEvent } from './events.js';
export * from './event-feed.js';
export * from './idempotency.js';
export { enforceGrowthLimits } from './growth-limits.js';
export * from './images/index.js';
export * from './initial-passwords.js';
export * from './invariants.js';
export * from './next-backups.js';
export * from './notices.js';
export * from './open-holdings.js';
export * from './operations.js';
export * from './organization-standing.js';
export * from './organizations.js';
export * from './paging.js';
export * from './pool-operations.js';
export * from './price-lists.js';
export * from './prices.js';
export * from './quota-holders.js';
export * from './quota-requests.js';
export * from './quota-use.js';
export {
  enforceOrganizationQuotas,
  enforceVdcQuotas,
  enforceQuotas,
  listQuotas,
  enforceGrowth,
  setQuotas,
  type QuotaLimit,
  type QuotaOwner,
} from './quotas.js';
export * from './reads/index.js';
export { insertAudit, type NewAuditEntry } from './records.js';
export * from './scope-condition.js';
export * from './statements/bill-news.js';
export * from './statements/billed-names.js';
export * from './statements/explain-line.js';
export * from './statements/read-bill.js';
export * from './statements/statement-checks.js';
export * from './statements/statement-rows.js';
export * from './tokens.js';
export * from './usage-parked.js';
export * from './usage.js';
export * from './users.js';
export * from './vdcs.js';
export * from './vsys-admission.js';
export * from './vsys-due.js';
export * from './vsys-next-spec.js';
export * from './vsys-schedules.js';
export * from './vsys-settings.js';
export { transferVsys } from './vsys-transfer.js';
export * from './webhook-deliveries.js';
export * from './webhook-work.js';
export * from './webhooks.js';
export * from './certificate-authority.js';
export * from './annotations.js';
export * from './part-labels.js';
export * from './stored-templates.js';
export * from './user-certificates.js';
export * from './address-reservations.js';
export * from './address-space.js';
export * from './address-ranges.js';
export * from './allocated-addresses.js';
export * from './efm-updates.js';
