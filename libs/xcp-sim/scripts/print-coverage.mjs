// Prints which messages of the data model the simulator serves by hand, generically, or refuses.
//
//   npm run build && node scripts/print-coverage.mjs [--refused]
import { coverageByClass } from '../dist/index.js';

const rows = coverageByClass();
const sum = (pick) => rows.reduce((total, row) => total + pick(row), 0);
const line = (name, a, b, c, d) =>
  console.log(
    `${name.padEnd(22)}${String(a).padStart(12)}${String(b).padStart(12)}${String(c).padStart(12)}${String(d).padStart(12)}`,
  );

line('class', 'behaviour', 'generic', 'removed', 'refused');
for (const { cls, written, generic, removed, refused } of rows) {
  line(cls, written, generic, removed, refused.length);
  if (process.argv.includes('--refused') && refused.length > 0) console.log(`    ${refused.join(' ')}`);
}
line(
  'all',
  sum((row) => row.written),
  sum((row) => row.generic),
  sum((row) => row.removed),
  sum((row) => row.refused.length),
);
