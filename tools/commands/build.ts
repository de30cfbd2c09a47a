/** `npm run build`: every project, and the tools' own types. */
import { build } from './steps.ts';

process.exit(await build());
