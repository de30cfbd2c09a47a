// Purpose: typed access to the checked arguments of a call, by position (the session is not counted).
import { NULL_REF, type XenMap, type XenValue } from '../datamodel/xen-value.js';

export class Args {
  constructor(private readonly values: readonly XenValue[]) {}

  get count(): number {
    return this.values.length;
  }

  at(index: number): XenValue {
    return this.values[index] ?? null;
  }

  text(index: number, fallback = ''): string {
    const value = this.values[index];
    return typeof value === 'string' ? value : fallback;
  }

  ref(index: number): string {
    return this.text(index, NULL_REF);
  }

  int(index: number): number {
    const value = this.values[index];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
  }

  flag(index: number): boolean {
    return this.values[index] === true;
  }

  texts(index: number): readonly string[] {
    const value = this.values[index];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  map(index: number): XenMap {
    const value = this.values[index];
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as XenMap) : {};
  }
}
