/** Fresh ids: UUIDv7, and names of systems that nobody can guess from one another. */
import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { FreshIds } from '../use-cases/clock.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** 36⁹ ≈ 10¹⁴ names: the primary key decides should one ever come twice. */
const LENGTH = 9;

export class RandomIds extends FreshIds {
  override uuid(): string {
    return uuidv7();
  }

  override systemName(): string {
    return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  }
}
