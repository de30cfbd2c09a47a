import { readdirSync } from 'node:fs';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * One vitest project a workspace folder. `*.medium.spec.ts` need PostgreSQL or Redis, `*.lab.spec.ts` send real packets
 * through network namespaces; OPENVSYS_TEST_TIER=unit leaves them out (that is what `npm run check` does).
 */
const unitOnly = process.env['OPENVSYS_TEST_TIER'] === 'unit';
const root = import.meta.dirname;

/** apps/xcp-sim and libs/xcp-sim share a folder name, so apps carry the suffix their package has. */
function projectName(group: 'apps' | 'libs' | 'tools', folder: string): string {
  return group === 'apps' && folder === 'xcp-sim' ? 'xcp-sim-app' : folder;
}

function projectsIn(group: 'apps' | 'libs') {
  return readdirSync(`${root}/${group}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: projectName(group, entry.name), root: `${root}/${group}/${entry.name}` }));
}

const projects = [...projectsIn('apps'), ...projectsIn('libs'), { name: 'tools', root: `${root}/tools` }];

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: projects.map(({ name, root: projectRoot }) => ({
      // Sources of other packages, not their builds: nothing has to be built before a test run.
      ssr: { resolve: { conditions: ['@openvsys/source', ...defaultServerConditions] } },
      root: projectRoot,
      test: {
        name,
        include: ['src/**/*.spec.ts', 'test/**/*.spec.ts', ...(name === 'tools' ? ['**/*.spec.ts'] : [])],
        exclude: ['**/node_modules/**', '**/dist/**', ...(unitOnly ? ['**/*.{medium,lab}.spec.ts'] : [])],
        // Decorated classes (Nest, TypeORM, class-validator) need the metadata API before anything else.
        setupFiles: [`${root}/tools/testing/reflect-metadata.ts`],
        globalSetup: [`${root}/libs/testing/src/services/start-services.ts`],
        testTimeout: 20_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
