// Purpose: reads the compact dates of the API.

/** Seconds since 1970 of `20260821T10:11:12Z`; 0 if the text is no date. */
export function secondsOf(date: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(.+)$/.exec(date);
  if (match === null) return 0;
  return Math.floor(Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}`) / 1000);
}
