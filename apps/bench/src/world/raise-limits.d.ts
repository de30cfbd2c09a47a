/** The demo tenant's limits are made for demonstrations: a measure must meet the pool's limits, not those. */
import { type Database } from '@openvsys/persistence';
export declare function raiseLimits(database: Database): Promise<void>;
