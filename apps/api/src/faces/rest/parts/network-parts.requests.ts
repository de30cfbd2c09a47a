/** Bodies of changes of networks, public addresses and EFMs. */
import { EFM_KINDS, VNET_KINDS, type EfmKind, type VNetKind } from '@openvsys/vsys';
import { Choice, Flag, ListOf, Mapping, Text, Texts, Whole } from '../../../http/fields.js';
import { FailureChoice, NewPartRequest, NicRequest } from './server-parts.requests.js';

export class CreateVNetRequest extends NewPartRequest {
  @Text({ description: 'IPv4 network, prefix 16 to 29.', example: '10.0.7.0/24' })
  cidr!: string;

  @Choice({
    description:
      'Whether the firewall of the VSYS, when it has one, is its gateway; `firewall` when not given.',
    example: 'firewall',
    of: ['firewall', 'none'],
    name: 'VNetGateway',
    optional: true,
  })
  gateway?: 'firewall' | 'none';

  @Text({
    description: 'IPv6 network of prefix 64, beside the IPv4 range; none without it.',
    example: 'fd12:3456:789a:1::/64',
    optional: true,
  })
  range6?: string;

  @Choice({
    description: 'How servers in it reach each other; `vlan` when not given.',
    example: 'vlan',
    of: VNET_KINDS,
    name: 'VNetKind',
    optional: true,
  })
  kind?: VNetKind;

  @Whole({ description: 'Bytes of the largest packet.', example: 1500, optional: true })
  mtu?: number;
}

export class CreatePublicIpRequest extends NewPartRequest {}

export class CreateEfmRequest extends NewPartRequest {
  @Choice({ description: 'Its kind.', example: 'load-balancer', of: EFM_KINDS, name: 'EfmKind' })
  kind!: EfmKind;

  @Text({
    description: 'Server type of the appliance; the smallest when not given.',
    example: 'efm.small',
    optional: true,
  })
  type?: string;

  @Flag({ description: 'Two appliances that stand in for each other.', example: false, optional: true })
  redundant?: boolean;

  @Whole({ description: 'Lower starts first and stops last.', example: 0, maximum: 1_000, optional: true })
  startOrder?: number;

  @Texts({
    description: 'Of a firewall: ids of the networks it is the gateway of; all when not given.',
    example: ['DEMO0001-7K2M9QXPA-N-DMZ'],
    maxItems: 16,
    optional: true,
  })
  vnetIds?: readonly string[];

  @ListOf({ description: 'Of the others: network cards.', maxItems: 16, optional: true }, () => NicRequest)
  nics?: readonly NicRequest[];

  @Mapping({
    description: 'Its configuration, as descriptors write it. Keys in it are kept sealed and never shown.',
    example: { listeners: [] },
    optional: true,
  })
  config?: Record<string, unknown>;
}

export class ChangeEfmRequest extends FailureChoice {
  @Text({ description: 'Another server type of the appliance.', example: 'efm.large', optional: true })
  type?: string;

  @Flag({ description: 'Two appliances, or one.', example: true, optional: true })
  redundant?: boolean;
}
