import { DomainError } from '../../errors.js';

export const nameTaken = (what: string, name: string): DomainError =>
  new DomainError('conflict', `There is a ${what} “${name}” already.`, {
    pointer: '/name',
    remedy: 'Choose another name.',
  });
