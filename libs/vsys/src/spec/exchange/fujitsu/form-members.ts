/** Servers and EFMs of a form by the names that it calls them, one of several equal ones by its number. */
import { FreshNames } from '../fresh-names.js';

interface Member {
  readonly name: string;
  readonly isCounted: boolean;
}

const ONE_OF_SEVERAL = /^(.{1,80})-([0-9]{1,3})$/;

export class FormMembers {
  private readonly names = new FreshNames();
  private readonly members = new Map<string, Member>();

  add(foreign: string, fallback: string, kind: { readonly isCounted: boolean }): string {
    const name = this.names.nameOf(foreign, fallback);
    this.members.set(foreign, { name, ...kind });
    return name;
  }

  has(foreign: string): boolean {
    return this.members.has(foreign);
  }

  /** Undefined: there is none. */
  find(foreign: string): string | undefined {
    const whole = this.members.get(foreign);
    if (whole !== undefined) return whole.name;
    const [, base = '', number = ''] = ONE_OF_SEVERAL.exec(foreign) ?? [];
    const role = this.members.get(base);
    return role?.isCounted === true ? `${role.name}-${number}` : undefined;
  }
}
