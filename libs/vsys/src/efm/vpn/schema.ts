/** A VPN (WireGuard) as a descriptor writes it: people on the road and other sites. */
import { z } from 'zod';
import { LIMITS } from '../../spec/limits.js';
import {
  CONCRETE,
  TEMPLATE,
  cidr,
  ipv4,
  orText,
  orWhole,
  partName,
  port,
  type References,
} from '../../spec/schema/fields.js';
import { nicSchema } from '../../spec/schema/vserver.schema.js';
import { efmFields } from '../common-fields.js';
import { wireguardKey } from '../pem-fields.js';

const peerSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      name: partName,
      publicKey: orText(wireguardKey, refs),
      presharedKey: orText(wireguardKey, refs).exactOptional().meta({
        description: 'A second secret of the two; give it by a secret parameter.',
      }),
      address: orText(ipv4, refs).meta({ description: 'Its address in the tunnel.' }),
      networks: z.array(orText(cidr, refs)).min(1).max(20).exactOptional().meta({
        description: 'Networks behind another site; a person on the road has none.',
      }),
      endpoint: orText(
        z.string().regex(/^[A-Za-z0-9.-]{1,253}:[0-9]{1,5}$/, 'must be like vpn.example.com:51820'),
        refs,
      )
        .exactOptional()
        .meta({ description: 'Where another site is called; without it the peer calls.' }),
      keepAliveSeconds: orWhole(z.int().min(1).max(3600), refs).exactOptional(),
    })
    .meta({ title: 'VPN peer' });

const schema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      kind: z.literal('vpn'),
      ...efmFields(refs),
      nics: z.array(nicSchema(refs)).min(1).max(LIMITS.nicsPerServer),
      config: z.strictObject({
        publicIp: orText(partName, refs).meta({ description: 'Where peers call.' }),
        port: orWhole(port, refs).exactOptional().meta({ default: 51_820 }),
        privateKey: orText(wireguardKey, refs).meta({
          description: 'As `wg genkey` writes it; give it by a secret parameter.',
        }),
        network: orText(cidr, refs).meta({ description: 'Of the tunnel; the first address is the VPN’s.' }),
        vnets: z.array(orText(partName, refs)).min(1).max(LIMITS.nets).exactOptional().meta({
          description: 'VNets that peers reach; without it those of its NICs.',
        }),
        peers: z.array(peerSchema(refs)).max(LIMITS.vpnPeers),
      }),
    })
    .meta({ title: 'VPN' });

export const vpnTemplate = schema(TEMPLATE);
export const vpnConcrete = schema(CONCRETE);
export type VpnTemplate = z.infer<typeof vpnTemplate>;
export type VpnConcrete = z.infer<typeof vpnConcrete>;
