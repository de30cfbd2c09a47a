/** XML-RPC as XenAPI speaks it at every other path; the fallback for pools that answer JSON with XML. */
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { parseXmlValue } from './xml-value.js';
import { TransportError, xenError } from './transport.js';

function writeValue(parent: XMLBuilder, value: unknown): void {
  const node = parent.ele('value');
  if (typeof value === 'boolean') node.ele('boolean').txt(value ? '1' : '0');
  // Whole numbers travel as text, which every release takes for 64-bit integers; only fractions are doubles.
  else if (typeof value === 'number' && !Number.isInteger(value)) node.ele('double').txt(String(value));
  else if (Array.isArray(value)) {
    const data = node.ele('array').ele('data');
    for (const item of value) writeValue(data, item);
  } else if (typeof value === 'object' && value !== null) {
    const struct = node.ele('struct');
    for (const [key, item] of Object.entries(value)) {
      const member = struct.ele('member');
      member.ele('name').txt(key);
      writeValue(member, item);
    }
  } else node.txt(String(value));
}

export function xmlRequest(method: string, params: readonly unknown[]): string {
  const root = create({ version: '1.0' }).ele('methodCall');
  root.ele('methodName').txt(method);
  const list = root.ele('params');
  for (const param of params) writeValue(list.ele('param'), param);
  return root.end();
}

export function xmlResult(body: string, method: string): unknown {
  const answer = parseXmlValue(body);
  if (Array.isArray(answer)) return answer;
  if (typeof answer !== 'object' || answer === null) {
    throw new TransportError('protocol', `The answer to ${method} is no XenAPI answer.`);
  }
  const { Status, Value, ErrorDescription } = answer as Record<string, unknown>;
  if (Status === 'Success') return Value;
  if (Status === 'Failure') throw xenError(ErrorDescription, method);
  throw new TransportError('protocol', `The answer to ${method} has no status.`);
}
