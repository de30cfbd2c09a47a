// Keeps docs/simulator-coverage.md true. After a change of behaviours run this file with `-u`.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coverageReport } from '@openvsys/xcp-sim';

describe('coverage report', () => {
  it('is what the documentation says', async () => {
    await expect(coverageReport()).toMatchFileSnapshot(
      join(import.meta.dirname, '../../../docs/simulator-coverage.md'),
    );
  });
});
