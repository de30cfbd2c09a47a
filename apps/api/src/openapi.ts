/** Writes openapi/openapi.json and the API client made from it; `--check` fails when what is there is stale. */
import 'reflect-metadata';
import { generateOpenApi } from './documentation/generate-openapi.js';

const stale = await generateOpenApi(process.argv.includes('--check') ? 'check' : 'write');
for (const path of stale) process.stderr.write(`${path} is stale: run npm run openapi\n`);
process.exit(stale.length === 0 ? 0 : 1);
