/** JSON-RPC 2.0 as XenAPI speaks it at `/jsonrpc`. */
import { TransportError, XenApiError, xenError } from './transport.js';

export const jsonRequest = (method: string, params: readonly unknown[]): string =>
  JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 });

interface Envelope {
  readonly result?: unknown;
  readonly error?: unknown;
}

const isEnvelope = (value: unknown): value is Envelope => typeof value === 'object' && value !== null;

/** 2.0 errors are `{code: 1, message: <XenAPI code>, data: [params]}`; before dispatch the plain array may come. */
function errorOf(error: unknown, method: string): XenApiError {
  if (Array.isArray(error)) return xenError(error, method);
  if (typeof error !== 'object' || error === null)
    return new XenApiError('INTERNAL_ERROR', [String(error)], method);
  const { message, data } = error as { message?: unknown; data?: unknown };
  const params = Array.isArray(data) ? data.map(String) : [];
  return new XenApiError(typeof message === 'string' ? message : 'INTERNAL_ERROR', params, method);
}

export function jsonResult(body: string, method: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new TransportError('protocol', `The answer to ${method} is not JSON.`, error);
  }
  if (!isEnvelope(parsed))
    throw new TransportError('protocol', `The answer to ${method} is no JSON-RPC answer.`);
  if (parsed.error !== undefined && parsed.error !== null) throw errorOf(parsed.error, method);
  return parsed.result;
}
