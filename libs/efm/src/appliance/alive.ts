/** Where the appliance itself sees whether HAProxy answers: its probe, and keepalived of a pair. */
export const ALIVE = { address: '127.0.0.1', port: 8404 } as const;
