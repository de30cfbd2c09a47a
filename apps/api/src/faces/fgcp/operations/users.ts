/** Users of the contract. Of what the protocol keeps of people only name, description and mail address are kept here. */
import { Injectable } from '@nestjs/common';
import type { UserRecord } from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { ManageUsers } from '../../../use-cases/users/manage-users.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpError, noResource, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { authorityView, rolesFor, userView } from '../words/user-views.js';

const USERS = 'usersInfoXMLFilePath';
/** Of one request. */
const MOST_USERS = 100;

interface Outcome {
  readonly id: string;
  /** Undefined: done. */
  readonly failure?: string;
}

@Injectable()
export class Users extends FgcpNoun {
  constructor(private readonly users: ManageUsers) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListUser: { permission: 'user:read', run: async (given) => this.list(given) },
    GetUserInformation: { permission: 'user:read', run: async (given) => this.information(given) },
    ListUserAuthority: { permission: 'user:read', run: async (given) => this.authorities(given) },
    CheckUserIDAvailability: { permission: 'user:read', run: async (given) => this.availability(given) },
    RegisterUser: { permission: 'user:manage', run: async (given) => this.registered(given) },
    UpdateUserAttribute: { permission: 'user:manage', run: async (given) => this.attributes(given) },
    UpdateUserInformation: { permission: 'user:manage', run: async (given) => this.changed(given) },
    UpdateUserAuthority: { permission: 'user:manage', run: async (given) => this.authorized(given) },
    UnregisterUser: { permission: 'user:manage', run: async (given) => this.unregistered(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    return { usersInfo: { users: { user: (await this.active(given)).map(userView) } } };
  }

  private async information(given: FgcpCall): Promise<FgcpFields> {
    return { userInfo: userView(await this.named(given, given.request.get('userId'))) };
  }

  private async authorities(given: FgcpCall): Promise<FgcpFields> {
    return { users: { user: (await this.active(given)).map(authorityView) } };
  }

  /** A name that was ever used is never given again: the audit names it. */
  private async availability(given: FgcpCall): Promise<FgcpFields> {
    const taken = new Set((await this.users.list(given.call)).map(({ name }) => name));
    return outcomes(
      elementsOf(given).map((element) => {
        const id = idIn(element);
        return taken.has(id) ? { id, failure: 'It is taken.' } : { id };
      }),
    );
  }

  private async registered(given: FgcpCall): Promise<FgcpFields> {
    return this.eachOf(given, async (element, id) => {
      const common = { vdcIds: undefined, organizationId: undefined, subject: undefined };
      const email = findText(element, 'mailAddress');
      await this.users.create(given.call, { ...common, name: id, email, roles: ['monitor'] });
    });
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    given.request.oneOf('attributeName', ['updateInformation']);
    return this.eachOf(given, async (element, id) => this.update(given, id, element));
  }

  private async changed(given: FgcpCall): Promise<FgcpFields> {
    const id = given.request.get('userId');
    await this.update(given, id, given.request.element(USERS, 'userInfo'));
    return outcomes([{ id }]);
  }

  private async authorized(given: FgcpCall): Promise<FgcpFields> {
    const users = childrenNamed(given.request.element('authInfoXMLFilePath', 'users'), 'user');
    for (const element of users) {
      const { id } = await this.named(given, idIn(element));
      if (childrenNamed(findChild(element, 'vsysroles') ?? element, 'vsysrole').length > 0)
        throw new FgcpError('UNSUPPORT_ERROR', 'Roles are of the contract, not of a system. [vsysroles]');
      const roles = rolesFor(findText(element, 'centralRole') ?? '');
      if (roles === undefined) throw wrongValue('centralRole');
      await this.change(given, id, { roles });
    }
    return NOTHING;
  }

  private async unregistered(given: FgcpCall): Promise<FgcpFields> {
    const ids = given.request.words('ids');
    if (ids.length === 0) throw wrongValue('ids');
    const done: Outcome[] = [];
    for (const id of ids)
      done.push(
        await tried(id, async () =>
          this.change(given, (await this.named(given, id)).id, { state: 'disabled' }),
        ),
      );
    return outcomes(done);
  }

  private async update(given: FgcpCall, name: string, element: XmlElement): Promise<void> {
    const { id } = await this.named(given, name);
    const email = findText(element, 'mailAddress');
    if (email !== undefined) await this.change(given, id, { email });
  }

  private async change(
    { call }: FgcpCall,
    id: string,
    wish: Partial<Parameters<ManageUsers['change']>[2]>,
  ): Promise<void> {
    const nothing = {
      email: undefined,
      subject: undefined,
      roles: undefined,
      vdcIds: undefined,
      state: undefined,
    };
    await this.users.change(call, id, { ...nothing, ...wish });
  }

  private async eachOf(
    given: FgcpCall,
    work: (element: XmlElement, id: string) => Promise<void>,
  ): Promise<FgcpFields> {
    const done: Outcome[] = [];
    for (const element of elementsOf(given)) {
      const id = idIn(element);
      done.push(await tried(id, async () => work(element, id)));
    }
    return outcomes(done);
  }

  private async active({ call }: FgcpCall): Promise<readonly UserRecord[]> {
    return (await this.users.list(call)).filter(({ state }) => state === 'active');
  }

  private async named(given: FgcpCall, name: string): Promise<UserRecord> {
    const found = (await this.active(given)).find((user) => user.name === name);
    if (found === undefined) throw noResource('USER', name);
    return found;
  }
}

/** With or without the element that some requests have around it. Throws VALIDATION_ERROR. */
function elementsOf({ request }: FgcpCall): readonly XmlElement[] {
  const root = request.element(USERS);
  const users = findChild(findChild(root, 'usersInfo') ?? root, 'users');
  const elements = users === undefined ? [] : childrenNamed(users, 'user');
  if (elements.length === 0 || elements.length > MOST_USERS) throw wrongValue(USERS);
  return elements;
}

function idIn(element: XmlElement): string {
  const id = findText(element, 'id');
  if (id === undefined || id.length > 100) throw wrongValue('id');
  return id;
}

/** One wrong user of many is said with it, and the others are done. */
async function tried(id: string, work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return { id };
  } catch (error) {
    if (error instanceof FgcpError) return { id, failure: error.message };
    if (error instanceof DomainError && error.code !== 'internal' && error.code !== 'forbidden')
      return { id, failure: error.message };
    throw error;
  }
}

function outcomes(done: readonly Outcome[]): FgcpFields {
  const failed = done.filter(({ failure }) => failure !== undefined);
  return {
    usersInfo: {
      errorCount: failed.length,
      successCount: done.length - failed.length,
      users: {
        user: done.map(({ id, failure }) => ({
          id,
          message: failure ?? '',
          status: failure === undefined ? 'SUCCESS' : 'ERROR',
        })),
      },
    },
  };
}
