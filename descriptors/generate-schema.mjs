/** Writes descriptors/schema.json from the descriptor's schema. Run it after each change of libs/vsys/src/spec/schema. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { runnerImport } from 'vite';

const root = join(import.meta.dirname, '..');
const { module } = await runnerImport(join(root, 'libs/vsys/src/spec/schema/json-schema.ts'), {
  root,
  logLevel: 'error',
});
const target = join(root, 'descriptors/schema.json');
const text = JSON.stringify(module.descriptorJsonSchema());
writeFileSync(target, await format(text, { filepath: target, printWidth: 110 }));
console.log(`Written: ${target}`);
