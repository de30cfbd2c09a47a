/** A client of the FGCP face: a user with a certificate, signed requests, answers as data. */
import { createSign } from 'node:crypto';
import type { Role } from '@openvsys/vsys';
import { expect } from 'vitest';
import { readXml } from '../src/http/xml/read-xml.js';
import { findChild, type XmlElement } from '../src/http/xml/xml-element.js';
import { newName, type ApiWorld } from './api-fixture.js';

export interface FgcpUser {
  readonly id: string;
  readonly certificateId: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** A user of the token's organization, with a certificate of this installation. */
export async function newFgcpUser(
  world: ApiWorld,
  token: string,
  roles: readonly Role[] = ['org-admin'],
): Promise<FgcpUser> {
  const client = world.as(token);
  const user = await client.post('/v1/users').send({ name: newName('fgcp'), roles });
  expect(user.status).toBe(201);
  const { id } = user.body as { id: string };
  const issued = await client.post(`/v1/users/${id}/certificates`).send({});
  expect(issued.status).toBe(201);
  const { id: certificateId, certificate, privateKey } = issued.body as FgcpUser;
  return { id, certificateId, certificate, privateKey };
}

export interface Signature {
  readonly accessKeyId: string;
  readonly signature: string;
}

export function sign(privateKey: string, algorithm: 'SHA1' | 'SHA256' = 'SHA1', at = Date.now()): Signature {
  const accessKeyId = Buffer.from(`UTC&${at}&1.0&${algorithm}withRSA`).toString('base64');
  const signature = createSign(`RSA-${algorithm}`).update(accessKeyId).sign(privateKey, 'base64');
  return { accessKeyId, signature };
}

export interface FgcpAnswer {
  readonly action: string;
  readonly status: string;
  readonly message: string;
  /** The text of the first element of this path. */
  text(...path: readonly string[]): string;
  /** The texts of all elements of this name anywhere. */
  texts(name: string): readonly string[];
  readonly root: XmlElement;
  readonly xml: string;
}

export type Parameters = Readonly<Record<string, string>>;
export type Files = Readonly<Record<string, string | Buffer>>;

export class FgcpClient {
  constructor(
    private readonly world: ApiWorld,
    private readonly user: FgcpUser,
    private readonly version = '2015-01-30',
  ) {}

  /** As GET, or with files as POST. Any status. */
  async send(action: string, parameters: Parameters = {}, files?: Files): Promise<FgcpAnswer> {
    const { accessKeyId, signature } = sign(this.user.privateKey);
    const all = {
      ...parameters,
      Version: this.version,
      Locale: 'en',
      Action: action,
      AccessKeyId: accessKeyId,
      Signature: signature,
    };
    if (files !== undefined) return this.post(all, files);
    const query = new URLSearchParams(all).toString();
    return answerOf(await this.world.http().get(`/ovissapi/endpoint?${query}`));
  }

  /** Expects SUCCESS. */
  async call(action: string, parameters: Parameters = {}, files?: Files): Promise<FgcpAnswer> {
    const answer = await this.send(action, parameters, files);
    expect(`${action}: ${answer.status} ${answer.message}`).toContain('SUCCESS');
    return answer;
  }

  private async post(fields: Parameters, files: Files): Promise<FgcpAnswer> {
    const parts = Object.entries(files).map(([name, file]) =>
      Buffer.concat([
        Buffer.from(
          `--BOUNDARY\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name="${name}"; filename="extra.xml"\r\n\r\n`,
        ),
        Buffer.from(file),
        Buffer.from('\r\n'),
      ]),
    );
    const document = documentOf(fields);
    const head = `--BOUNDARY\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Disposition: form-data; name="Document"\r\n\r\n${document}\r\n`;
    const body = Buffer.concat([Buffer.from(head), ...parts, Buffer.from('--BOUNDARY--')]);
    return answerOf(
      await this.world
        .http()
        .post('/ovissapi/endpoint')
        .set('Content-Type', 'multipart/form-data; boundary=BOUNDARY')
        .send(body),
    );
  }
}

export const documentOf = (fields: Parameters): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\r\n<OViSSRequest>\r\n${Object.entries(fields)
    .map(([name, value]) => `  <${name}>${value}</${name}>\r\n`)
    .join('')}</OViSSRequest>`;

export function answerOf(response: { status: number; text?: string; body?: unknown }): FgcpAnswer {
  expect(response.status).toBe(200);
  const xml = response.text ?? (Buffer.isBuffer(response.body) ? response.body.toString('utf8') : '');
  const root = readXml(xml, { size: 50_000_000, depth: 32, elements: 1_000_000, attributes: 8 });
  const text = (...path: readonly string[]): string => {
    let element: XmlElement | undefined = root;
    for (const step of path) element = element && findChild(element, step);
    if (element === undefined) throw new Error(`${path.join('/')} is not in ${xml}`);
    return element.text.trim();
  };
  return {
    action: root.name.replace(/Response$/, ''),
    status: text('responseStatus'),
    message: text('responseMessage'),
    text,
    texts: (name) =>
      all(root)
        .filter((each) => each.name === name)
        .map((each) => each.text.trim()),
    root,
    xml,
  };
}

const all = (element: XmlElement): readonly XmlElement[] => [element, ...element.children.flatMap(all)];
