/**
 * `npm run build -w apps/efm-agent`: the whole agent as one file, dist/efm-agent.mjs, that needs Node.js and nothing else.
 * An optional argument says where to write it.
 */
import { join } from 'node:path';
import { build } from 'vite';

const folder = join(import.meta.dirname, '..');
const target = process.argv[2] ?? join(folder, 'dist');

await build({
  root: folder,
  configFile: false,
  logLevel: 'warn',
  // Sources of our own packages, so nothing has to be built before.
  ssr: { noExternal: true, resolve: { conditions: ['@openvsys/source'] } },
  build: {
    ssr: 'src/main.ts',
    outDir: target,
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    rolldownOptions: {
      // Our packages do nothing when they are imported: what the agent does not call stays out.
      treeshake: { moduleSideEffects: false },
      output: { entryFileNames: 'efm-agent.mjs', codeSplitting: false },
    },
  },
});
