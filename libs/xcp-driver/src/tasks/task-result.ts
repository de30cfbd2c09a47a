/** The result text of a task: the XML form of the value, whatever dialect the pool speaks (XenAPI task.result). */
import { decodeResult, type MethodName } from '../codec/decode.js';
import type { XenMethods } from '../generated/methods.js';
import { parseXmlValue } from '../transport/xml-value.js';

/** Old pools leave it empty for void; some write a bare reference. */
export function decodeTaskResult<M extends MethodName>(method: M, text: string): XenMethods[M]['result'] {
  return decodeResult(method, text.startsWith('<') ? parseXmlValue(text) : text);
}
