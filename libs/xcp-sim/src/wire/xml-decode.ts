// Purpose: reads an XML-RPC call. No entity definitions, bounded depth; whatever is not a call is refused.
import { SaxesParser } from 'saxes';
import { XmlDate, XmlDouble } from './xml-scalars.js';

export interface XmlCall {
  method: string;
  params: unknown[];
}

/** A text that is not an XML-RPC call: the server answers with an HTTP 500 page. */
export class MalformedCall extends Error {}

interface Node {
  name: string;
  text: string;
  children: Node[];
}

/** Deeper nesting than any XenAPI value has is an attack, not a call. */
const DEEPEST = 64;

/** @throws MalformedCall */
export function decodeXmlCall(text: string): XmlCall {
  const root = parseTree(text);
  if (root.name !== 'methodCall') throw new MalformedCall(`<${root.name}> is not a call`);
  const method = child(root, 'methodName');
  const params = child(root, 'params');
  if (method === undefined || params === undefined)
    throw new MalformedCall('methodName or params is missing');
  return { method: method.text, params: params.children.map(paramValue) };
}

function parseTree(text: string): Node {
  const parser = new SaxesParser();
  const holder: Node = { name: '', text: '', children: [] };
  const stack: Node[] = [holder];
  const top = (): Node => stack[stack.length - 1] ?? holder;
  parser.on('error', (error) => {
    throw new MalformedCall(error.message);
  });
  parser.on('opentag', (tag) => {
    if (stack.length > DEEPEST) throw new MalformedCall('nested too deeply');
    const node: Node = { name: tag.name, text: '', children: [] };
    top().children.push(node);
    stack.push(node);
  });
  parser.on('closetag', () => void stack.pop());
  parser.on('text', (part) => void (top().text += part));
  parser.on('cdata', (part) => void (top().text += part));
  parser.write(text).close();
  const [root] = holder.children;
  if (root === undefined) throw new MalformedCall('empty');
  return root;
}

function child(node: Node, name: string): Node | undefined {
  return node.children.find((candidate) => candidate.name === name);
}

function paramValue(param: Node): unknown {
  const value = child(param, 'value');
  if (param.name !== 'param' || value === undefined) throw new MalformedCall('a param without value');
  return decodeValue(value);
}

function decodeValue(value: Node): unknown {
  const [typed] = value.children;
  if (typed === undefined) return value.text;
  switch (typed.name) {
    case 'string':
      return typed.text;
    case 'dateTime.iso8601':
      return new XmlDate(typed.text);
    case 'int':
    case 'i4':
    case 'i8':
      return decodeInt(typed.text);
    case 'boolean':
      return decodeBoolean(typed.text);
    case 'double':
      return decodeDouble(typed.text);
    case 'nil':
      return null;
    case 'array':
      return (child(typed, 'data')?.children ?? []).map(decodeValue);
    case 'struct':
      return Object.fromEntries(typed.children.map(decodeMember));
    case 'base64':
      // Nothing in XenAPI takes bytes; an object fails every shape check, as the real type does.
      return { base64: typed.text };
    default:
      throw new MalformedCall(`<${typed.name}> is not a value`);
  }
}

function decodeMember(member: Node): [string, unknown] {
  const name = child(member, 'name');
  const value = child(member, 'value');
  if (name === undefined || value === undefined) throw new MalformedCall('a member without name or value');
  return [name.text, decodeValue(value)];
}

function decodeInt(text: string): number | bigint {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new MalformedCall(`"${text}" is not an int`);
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text.trim().replace('+', ''));
}

function decodeBoolean(text: string): boolean {
  if (text !== '0' && text !== '1') throw new MalformedCall(`"${text}" is not a boolean`);
  return text === '1';
}

function decodeDouble(text: string): XmlDouble {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new MalformedCall(`"${text}" is not a double`);
  return new XmlDouble(value);
}
