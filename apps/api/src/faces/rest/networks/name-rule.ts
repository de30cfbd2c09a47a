/** Names of parts, as descriptors have them. */
import { PART_NAME_PATTERN } from '@openvsys/vsys';

export const NAME_RULE = PART_NAME_PATTERN.source;
