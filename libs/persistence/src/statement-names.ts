/**
 * Names for the texts of statements. PostgreSQL parses a named statement once a connection and, after a few runs, keeps
 * its plan: for our short statements that is a third of all its work. Texts hold no values, so there are few of them.
 */

/** Far more than there are texts; beyond it statements go without a name, so that a defect cannot fill the server's memory. */
const MOST_NAMES = 1_000;

const names = new Map<string, string>();

/** The same name for the same text for as long as the process lives; undefined when there are too many. */
export function findStatementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_NAMES) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}
