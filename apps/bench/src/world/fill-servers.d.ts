/** Copies a system of one server and one network card until there are many: rows as an admission writes them, without one. */
import type { Client } from 'pg';
/** Servers of each copied system. */
export declare const SERVERS_A_SYSTEM = 100;
/** Systems number `first` to `last`; `model` is a system of one server with one card. */
export declare function fillServers(
  client: Client,
  model: string,
  first: number,
  last: number,
): Promise<void>;
