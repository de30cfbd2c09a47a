/** What the global set-up hands to the test workers. */
declare module 'vitest' {
  interface ProvidedContext {
    /** A server, not a database to use: every suite makes its own there. */
    databaseUrl: string;
    redisUrl: string;
  }
}
export {};
