/** The client of the REST API, generated from openapi/openapi.json by `npm run openapi`. */
export { createClient, createConfig, type Client, type Config } from './generated/client/index.js';
export * from './generated/index.js';
