/** Small programs that run in hosts of the lab, as sources or as what they were built to. */
import { extname, join } from 'node:path';

export const programOf = (name: string): string =>
  join(import.meta.dirname, 'programs', `${name}${extname(import.meta.filename)}`);
