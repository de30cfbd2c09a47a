// Purpose: the three framings of a call: JSON-RPC 1.0, JSON-RPC 2.0 and XML-RPC, in and out.
import { decodeXmlCall, MalformedCall } from '../wire/xml-decode.js';
import { escapeXml, xmlValue } from '../wire/xml-encode.js';
import { isXenMap, type XenMap } from '../datamodel/xen-value.js';
import { jsonText, parseCallText } from '../wire/json-text.js';
import { jsonValue } from '../wire/json-encode.js';
import type { DataModel } from '../datamodel/data-model.js';
import type { Personality } from '../datamodel/personality.js';
import type { TypedResult } from '../dispatch/call-request.js';
import type { XenFailure } from '../core/failure.js';

/** A decoded call and how to answer it. */
export interface RpcExchange {
  method: string;
  params: readonly unknown[];
  contentType: string;
  success(model: DataModel, result: TypedResult): string;
  failure(error: XenFailure): string;
}

/** What is below the given path, as the release understands it. @throws MalformedCall: an HTTP 500 page */
export function readRpc(json: Personality['json'], path: string, body: string): RpcExchange {
  if (json === 'both at /jsonrpc') return path.startsWith('/jsonrpc') ? readJsonRpc(body) : readXmlRpc(body);
  return path.startsWith('/json') ? readOldJsonRpc(body) : readXmlRpc(body);
}

/** Releases before 7.3: the answer has the form of JSON-RPC 1.0, whatever was asked, and calls itself XML. */
function readOldJsonRpc(body: string): RpcExchange {
  const call = parseJson(body);
  if (!isXenMap(call)) throw new MalformedCall('not a JSON object');
  const { jsonrpc: _ignored, ...rest } = call;
  return { ...exchangeOf(rest), contentType: 'text/xml' };
}

/** @throws MalformedCall for whatever the server answers with an HTTP 500 page */
export function readJsonRpc(body: string): RpcExchange {
  const call = parseJson(body);
  if (!isXenMap(call)) throw new MalformedCall('not a JSON object');
  return exchangeOf(call);
}

function exchangeOf(call: XenMap): RpcExchange {
  const { method, id, jsonrpc } = call;
  if (typeof method !== 'string') throw new MalformedCall('method is missing');
  if (typeof id !== 'string' && typeof id !== 'bigint' && !Number.isSafeInteger(id))
    throw new MalformedCall('id must be a string or an integer');
  const idText = jsonText(id);
  // The older framing knows lists only, and they must be there.
  if (jsonrpc === undefined && !Array.isArray(call['params']))
    throw new MalformedCall('params must be a list');
  const params = readParams(call['params']);
  if (jsonrpc === undefined) return { method, params, contentType: 'application/json', ...jsonRpc1(idText) };
  if (jsonrpc !== '2.0') throw new MalformedCall('jsonrpc must be "2.0"');
  return { method, params, contentType: 'application/json', ...jsonRpc2(idText) };
}

function parseJson(body: string): unknown {
  try {
    return parseCallText(body);
  } catch {
    throw new MalformedCall('not JSON');
  }
}

/** Absent means none, an object counts as one argument. @throws MalformedCall for scalars */
function readParams(params: unknown): readonly unknown[] {
  if (params === undefined || params === null) return [];
  if (typeof params !== 'object') throw new MalformedCall('params must be a list');
  return Array.isArray(params) ? (params as readonly unknown[]) : [params];
}

type Answers = Pick<RpcExchange, 'success' | 'failure'>;

function jsonRpc1(id: string): Answers {
  return {
    success: (model, { type, value }) =>
      `{"result":${jsonValue(model, type, value)},"error":null,"id":${id}}`,
    failure: ({ code, params }) => `{"result":null,"error":${JSON.stringify([code, ...params])},"id":${id}}`,
  };
}

function jsonRpc2(id: string): Answers {
  return {
    success: (model, { type, value }) =>
      `{"jsonrpc":"2.0","result":${jsonValue(model, type, value)},"id":${id}}`,
    failure: ({ code, params }) =>
      `{"jsonrpc":"2.0","error":${JSON.stringify({ code: 1, message: code, data: params })},"id":${id}}`,
  };
}

const XML_HEAD = '<?xml version="1.0"?><methodResponse><params><param>';
const XML_TAIL = '</param></params></methodResponse>';

/** @throws MalformedCall */
export function readXmlRpc(body: string): RpcExchange {
  const { method, params } = decodeXmlCall(body);
  // The one answer without a Status struct.
  const bare = method === 'system.listMethods';
  return {
    method,
    params,
    contentType: 'text/xml',
    success: (model, { type, value }) => {
      const text = xmlValue(model, type, value);
      return `${XML_HEAD}${bare ? text : statusStruct('Success', 'Value', text)}${XML_TAIL}`;
    },
    failure: ({ code, params: errorParams }) => {
      const items = [code, ...errorParams].map((item) => `<value>${escapeXml(item)}</value>`).join('');
      const list = `<value><array><data>${items}</data></array></value>`;
      return `${XML_HEAD}${statusStruct('Failure', 'ErrorDescription', list)}${XML_TAIL}`;
    },
  };
}

function statusStruct(status: string, name: string, value: string): string {
  return (
    `<value><struct><member><name>Status</name><value>${status}</value></member>` +
    `<member><name>${name}</name>${value}</member></struct></value>`
  );
}
