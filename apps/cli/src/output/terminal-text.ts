/** Text of other people (names, error texts of pools) for a terminal that would obey its control characters. */
export function safe(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}

/** The same for text of several lines: line breaks and tabs stay. */
export function safeLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Cf}/gu, ' ');
}
