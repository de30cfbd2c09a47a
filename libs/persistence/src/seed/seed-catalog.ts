/** Server types, images and prices of the demonstration; what has a price already keeps it. */
import { v7 as uuidv7 } from 'uuid';
import { putDiskImages, putServerTypes } from '../repositories/catalog.js';
import { insertPrices } from '../repositories/prices.js';
import type { Session } from '../session.js';
import { DEMO_IMAGES, DEMO_PRICES, DEMO_SERVER_TYPES } from './demo-catalog.js';

export const SEED_CURRENCY = 'EUR';
/** Before any usage, also when metered time is scaled or set back. */
const PRICES_SINCE = new Date('2020-01-01T00:00:00.000Z');

export async function seedCatalog(session: Session): Promise<void> {
  await putServerTypes(session, DEMO_SERVER_TYPES);
  await putDiskImages(session, DEMO_IMAGES);
  const priced = await session.rows<{ product: string; dimension: string }>(
    'SELECT DISTINCT product, dimension FROM price WHERE currency = $1',
    [SEED_CURRENCY],
  );
  const isPriced = new Set(priced.map(({ product, dimension }) => `${product} ${dimension}`));
  const missing = DEMO_PRICES.filter(({ product, dimension }) => !isPriced.has(`${product} ${dimension}`));
  await insertPrices(
    session,
    missing.map((price) => ({
      ...price,
      id: uuidv7(),
      currency: SEED_CURRENCY,
      organizationId: null,
      minimum: 'second',
      tiers: [],
      validFrom: PRICES_SINCE,
      validTo: null,
    })),
  );
}
