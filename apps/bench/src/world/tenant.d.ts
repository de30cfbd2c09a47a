import { type OperationView } from '@openvsys/api-client';
export interface Order {
  readonly name: string;
  readonly descriptor:
    | {
        readonly name: string;
      }
    | {
        readonly source: string;
      };
  readonly parameters?: Readonly<Record<string, unknown>>;
}
export interface Admitted {
  readonly vsysId: string;
  readonly operationId: string;
}
export interface Tenant {
  readonly url: string;
  readonly token: string;
  readonly vdcId: string;
  /** POST /v1/vsys. Throws with the problem's words unless it is accepted. */
  create(order: Order): Promise<Admitted>;
  /** Waits for the end, good or bad. Throws when it does not come within the limit. */
  finish(operationId: string, limitMs: number): Promise<OperationView>;
}
export declare function bodyOf(
  order: Order,
  vdcId: string,
):
  | {
      source: string;
      name: string;
      vdcId: string;
      parameters: {
        [x: string]: unknown;
      };
    }
  | {
      descriptor: {
        readonly name: string;
      };
      name: string;
      vdcId: string;
      parameters: {
        [x: string]: unknown;
      };
    };
export declare function connectTenant(url: string, token: string): Promise<Tenant>;
