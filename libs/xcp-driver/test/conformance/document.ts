/** docs/xenapi-conformance.md: every row with its state and where it is tested. */
import { DRIVER_ROWS } from './driver-rows.js';
import { DRIVER_TESTS, filesByRow, isOnAnyPool, SIMULATOR_TESTS } from './named-tests.js';
import { SIMULATOR_ROWS } from './simulator-rows.js';

const INTRODUCTION = `# Conformance to XenAPI

What the driver and the simulator must get right, row by row, and the tests that show it. A row counts as tested when the
title of a test names it; this page is made from the titles, and a test keeps it true
(\`npx vitest run --project xcp-driver document -u\` writes it anew).

## Trying it on a real pool

Rows marked “any pool” run on the simulator by themselves, over TLS, and on a real pool when it is named:

\`\`\`sh
export XCP_TEST_URL=https://10.0.0.11 XCP_TEST_USER=root XCP_TEST_PASSWORD=…
export XCP_TEST_FINGERPRINT=…    # SHA-256 of the certificate; without it the authorities of the system decide
npx vitest run --project xcp-driver libs/xcp-driver/test/conformance --no-file-parallelism
\`\`\`

| variable               | is                                        | when absent                               |
| ---------------------- | ----------------------------------------- | ----------------------------------------- |
| \`XCP_TEST_SR\`          | name of the storage to use                | the one with the most room                |
| \`XCP_TEST_VLAN\`        | first of ten VLANs that may be used       | 3901; taken ones stop the run at its start |
| \`XCP_TEST_VLAN_DEVICE\` | the interface that carries them           | as the driver chooses                     |

It brings an image of 8 MiB of its own, so no template is needed; makes up to two servers of 256 MiB a file, a data disk and a
network; and needs no guest that cooperates. All of it carries the tags of the systems \`CONFORM1-PLACE0000\` to \`…4\` (or the
name \`openvsys-conformance-…\`) and is removed at the end of each file, also after failures, by another way than the driver's own;
what a killed run left is removed when the next one begins. Nothing else is touched: no host is emptied, restarted or cut off.
Rows that need such things are reported as “simulator only”. Two runs at once on one pool disturb each other. Hidden base
copies of the disks that were removed stay until the storage collects them itself, some minutes later.

With a wrong fingerprint, or without one when no authority vouches for the certificate, nothing is begun: the run ends with an
error about the certificate before it has sent the password.

To try this without a pool, take the simulator as a process:

\`\`\`sh
npm run xcp-sim -- --password secret --base-port 8100 --tls 1
export XCP_TEST_URL=https://127.0.0.1:8100 XCP_TEST_USER=root XCP_TEST_PASSWORD=secret
export XCP_TEST_FINGERPRINT=$(openssl s_client -connect 127.0.0.1:8100 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 | cut -d= -f2)
\`\`\`

The members' certificates differ: pin them all, separated by commas.
`;

/** Rows that are not offered, and why; their tests show what is answered instead. */
const OPEN: Readonly<Record<string, string>> = {
  D52: 'not offered: servers move with shared storage only, others stay with the reason',
};

const fileName = (path: string): string => path.split('/').slice(-2).join('/').replace('.spec.ts', '');

export function stateOf(row: string, files: readonly string[]): string {
  const refusal = OPEN[row];
  if (refusal !== undefined) return refusal;
  if (files.length === 0) return 'no test names it';
  if (row.startsWith('S')) return 'tested';
  return files.some(isOnAnyPool) ? 'any pool' : 'simulator only';
}

function table(rows: Readonly<Record<string, string>>, patterns: readonly string[]): string {
  const files = filesByRow(patterns);
  const lines = Object.entries(rows).map(([row, title]) => {
    const found = files.get(row) ?? [];
    const where = found.map((path) => `[${fileName(path)}](../${path})`).join(', ');
    return `| ${row} | ${title} | ${stateOf(row, found)} | ${where} |`;
  });
  return ['| row | what | state | tests |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

export const conformanceDocument = (): string =>
  [
    INTRODUCTION,
    '## The driver\n',
    table(DRIVER_ROWS, DRIVER_TESTS),
    '\n## The simulator\n',
    table(SIMULATOR_ROWS, SIMULATOR_TESTS),
    '',
  ].join('\n');

/** Rows that a real pool is not asked to show. */
export function simulatorOnlyRows(): readonly (readonly [row: string, title: string])[] {
  const files = filesByRow(DRIVER_TESTS);
  return Object.entries(DRIVER_ROWS).filter(
    ([row]) => stateOf(row, files.get(row) ?? []) === 'simulator only',
  );
}
