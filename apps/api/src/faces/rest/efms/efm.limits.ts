/** Bounds that requests and answers of EFMs share. */

/** Of a line of an appliance's log. */
export const MAX_LOG_TEXT = 500;
