/** How prices are shown. */
import type { PriceView } from '@openvsys/api-client';
import { instant, money } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';

export const PRICE_COLUMNS: readonly Column<PriceView>[] = [
  { title: 'product', value: ({ product }) => product },
  { title: 'metered', value: ({ dimension }) => dimension },
  { title: 'per unit and hour', value: ({ amount }) => money(amount), style: 'number' },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'at least', value: ({ minimum }) => minimum },
  { title: 'tiers', value: ({ tiers }) => (tiers.length === 0 ? null : tiers.length), style: 'number' },
  { title: 'from', value: ({ validFrom }) => instant(validFrom) },
  { title: 'until', value: ({ validTo }) => instant(validTo) },
];
