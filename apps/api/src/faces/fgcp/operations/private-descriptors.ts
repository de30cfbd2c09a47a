/** Descriptors made of systems. */
import { Injectable } from '@nestjs/common';
import { capturedDescriptor, descriptorOf, vsysId, type Descriptor } from '@openvsys/vsys';
import { findChild, findText } from '../../../http/xml/xml-element.js';
import { ManageDescriptors } from '../../../use-cases/descriptors/manage-descriptors.js';
import { ShareDescriptor } from '../../../use-cases/descriptors/share-descriptor.js';
import { UnregisterDescriptor } from '../../../use-cases/descriptors/unregister-descriptor.js';
import { ReadOutline } from '../../../use-cases/vsys/read-outline.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, idOf, isNotFound } from '../fgcp-systems.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { contractsIn, keyInfo } from '../words/copy-keys.js';
import { nameIn } from '../words/locale-names.js';
import { timeZoneIn } from './notices.js';

@Injectable()
export class PrivateDescriptors extends FgcpNoun {
  constructor(
    private readonly descriptors: ManageDescriptors,
    private readonly outline: ReadOutline,
    private readonly shares: ShareDescriptor,
    private readonly removal: UnregisterDescriptor,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    RegisterPrivateVSYSDescriptor: {
      permission: 'descriptor:write',
      run: async (given) => this.registered(given),
    },
    UpdateVSYSDescriptorAttribute: {
      permission: 'descriptor:write',
      run: async (given) => this.updated(given),
    },
    UnregisterPrivateVSYSDescriptor: {
      permission: 'descriptor:write',
      run: async (given) => this.unregistered(given),
    },
    UnregisterVSYSDescriptor: {
      permission: 'descriptor:write',
      run: async (given) => this.unregistered(given),
    },
    SetVSYSDescriptorCopyKey: { permission: 'descriptor:write', run: async (given) => this.keySet(given) },
    GetVSYSDescriptorCopyKey: { permission: 'descriptor:write', run: async (given) => this.key(given) },
    CopyVSYSDescriptor: { permission: 'descriptor:write', run: async (given) => this.copied(given) },
  };

  /** The first version of a new descriptor; what is secret in the system does not go into it. */
  private async registered(given: FgcpCall): Promise<FgcpFields> {
    const element = given.request.element('vsysDescriptorXMLFilePath');
    const id = idOf(findText(element, 'vsysId') ?? '', vsysId, 'vsysId');
    const system = await this.outline.get(given.call, id).catch((error: unknown) => {
      throw isNotFound(error) ? wrongValue('vsysId') : error;
    });
    const name = nameIn(element, given.locale);
    const taken = await everyPage(async (page) => this.descriptors.list(given.call, page));
    if (taken.some((each) => each.name === name)) throw wrongValue('name');
    const locale = findChild(findChild(element, 'locales') ?? element, 'locale');
    const metadata = {
      name,
      version: '1.0.0',
      title: name,
      description: (locale && findText(locale, 'description')) ?? name,
    };
    const source = { descriptor: descriptorOf(system.descriptorDocument), values: system.parameters };
    await this.store(given, capturedDescriptor(source, { metadata, logins: 'drop' }));
    return NOTHING;
  }

  /** A new version: stored ones never change. The name is what it is found by, and stays. */
  private async updated(given: FgcpCall): Promise<FgcpFields> {
    const { request, call } = given;
    request.oneOf('updateLcId', ['en', 'ja']);
    const attribute = request.oneOf('attributeName', ['updateName', 'updateDescription', 'updateKeyword']);
    const present = await this.descriptors
      .get(call, request.get('vsysDescriptorId'), undefined)
      .catch((error: unknown) => {
        throw isNotFound(error) ? wrongValue('vsysDescriptorId') : error;
      });
    if (present.shared) throw new FgcpError('ACCESS_NOT_PERMIT', "User doesn't have the right of access.");
    if (attribute === 'updateKeyword')
      throw new FgcpError('UNSUPPORT_ERROR', 'Keywords follow from the descriptor.');
    const document = descriptorOf(present.document);
    const value = request.get('attributeValue');
    const change = attribute === 'updateName' ? { title: value } : { description: value };
    const metadata = { ...document.metadata, ...change, version: nextVersion(present.version) };
    await this.store(given, { ...document, metadata });
    return NOTHING;
  }

  /** Systems that were made of it go on. */
  private async unregistered(given: FgcpCall): Promise<FgcpFields> {
    await this.removal.execute(given.call, await this.ownName(given), 'hide');
    return NOTHING;
  }

  private async keySet(given: FgcpCall): Promise<FgcpFields> {
    const name = await this.ownName(given);
    const contracts = contractsIn(given);
    if (contracts.length === 0) await this.shares.withdrawKey(given.call, name);
    else await this.shares.setKey(given.call, name, contracts);
    return NOTHING;
  }

  private async key(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    return keyInfo(await this.shares.getKey(given.call, await this.ownName(given)), zone);
  }

  /** The name is the id, and a contract has each of them once: a copy beside one's own is refused. */
  private async copied(given: FgcpCall): Promise<FgcpFields> {
    const { request, call } = given;
    const named = request.get('vsysDescriptorId');
    const { name } = await this.shares
      .copy(call, { key: request.get('key'), name: named })
      .catch((error: unknown) => {
        throw isNotFound(error) ? wrongValue('key') : error;
      });
    return { vsysdescriptorId: name };
  }

  private async ownName({ call, request }: FgcpCall): Promise<string> {
    const found = await this.descriptors
      .get(call, request.get('vsysDescriptorId'), undefined)
      .catch((error: unknown) => {
        throw isNotFound(error) ? wrongValue('vsysDescriptorId') : error;
      });
    if (found.shared) throw new FgcpError('ACCESS_NOT_PERMIT', "User doesn't have the right of access.");
    return found.name;
  }

  private async store({ call }: FgcpCall, descriptor: Descriptor): Promise<void> {
    await this.descriptors.store(call, JSON.stringify(descriptor, undefined, 2));
  }
}

/** `1.2.3` → `1.2.4` */
const nextVersion = (version: string): string =>
  version.replace(
    /^(\d+\.\d+\.)(\d+).*$/,
    (_whole, head: string, patch: string) => `${head}${Number(patch) + 1}`,
  );
