/** Keys with which other contracts copy something, as requests and answers write them. */
import { contractId, type ContractId } from '@openvsys/vsys';
import { childrenNamed, findChild } from '../../../http/xml/xml-element.js';
import type { FgcpCall } from '../fgcp-operation.js';
import { idOf } from '../fgcp-systems.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { noticeTime } from './dates.js';

/** Keys do not end by themselves. */
const FAR_AWAY = new Date(Date.UTC(9_999, 11, 31));

/** None: the key is to be taken away. */
export function contractsIn({ request }: FgcpCall): readonly ContractId[] {
  const element = request.element('contractsXMLFilePath');
  const contracts = childrenNamed(findChild(element, 'contracts') ?? element, 'contract');
  // One client puts several numbers into one contract.
  return contracts
    .flatMap((contract) => childrenNamed(contract, 'number'))
    .map(({ text }) => idOf(text.trim(), contractId, 'number'));
}

export interface CopyKey {
  readonly key: string;
  readonly contracts: readonly ContractId[];
}

export const keyInfo = ({ key, contracts }: CopyKey, zone: string): FgcpFields => ({
  keyInfo: {
    contracts: { contract: contracts.map((number) => ({ lock: false, number })) },
    endExpire: noticeTime(FAR_AWAY, zone),
    key,
    startExpire: noticeTime(new Date(0), zone),
  },
});
