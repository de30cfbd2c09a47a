/** The zone of firewall rules that is outside; no VNet may be named like it. */
export const INTERNET = 'internet';
