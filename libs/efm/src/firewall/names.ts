/** dnsmasq (≥ 2.80) of a firewall: names and addresses for the servers of the system. */
import type { DhcpInput, DnsInput, FirewallInput } from '@openvsys/vsys';
import { interfaceName, zoneInterface } from '../appliance/interfaces.js';
import { addressText, networkRange, prefixOf } from '../network.js';

export const DNSMASQ_FILE = 'dnsmasq.conf';
const HOSTS_FILE = 'hosts';
const DHCP_HOSTS_FILE = 'dhcp-hosts';
/** Names that are asked often; 10,000 need about 1 MiB. */
const CACHED_NAMES = 10_000;

/** Nothing when the firewall answers neither. */
export function renderNames(input: FirewallInput): Readonly<Record<string, string>> {
  const { dns, dhcp } = input;
  if (dns === null && dhcp === null) return {};
  const lines = [
    `# Names of ${input.name}, made by OpenVSYS. Changes made here are overwritten.`,
    ...input.interfaces.map(({ device }) => `interface=${interfaceName(device)}`),
    'bind-dynamic',
    'no-hosts',
    'pid-file=@OPENVSYS_RUN@/dnsmasq.pid',
    ...(dns === null ? ['port=0'] : dnsLines(dns)),
    ...(dhcp === null ? [] : dhcpLines(input, dhcp)),
    '',
  ];
  return {
    [DNSMASQ_FILE]: lines.join('\n'),
    ...(dns === null ? {} : { [HOSTS_FILE]: hostsText(dns) }),
    ...(dhcp === null ? {} : { [DHCP_HOSTS_FILE]: dhcpHostsText(dhcp) }),
  };
}

function dnsLines({ domain, forwarders }: DnsInput): string[] {
  return [
    `domain=${domain}`,
    `local=/${domain}/`,
    'domain-needed',
    'bogus-priv',
    'localise-queries',
    `cache-size=${CACHED_NAMES}`,
    'addn-hosts=@OPENVSYS_DIR@/hosts',
    ...(forwarders.length === 0 ? [] : ['no-resolv', ...forwarders.map((address) => `server=${address}`)]),
  ];
}

const hostsText = ({ domain, records }: DnsInput): string =>
  records.map(({ name, address }) => `${address} ${name}.${domain} ${name}\n`).join('');

function dhcpLines(input: FirewallInput, { leaseSeconds, networks }: DhcpInput): string[] {
  const ranges = networks.flatMap(({ zone }) => {
    const nic = input.interfaces.find((candidate) => candidate.zone === zone);
    if (!nic || zoneInterface(input, zone) === undefined) return [];
    const gateway = nic.virtualAddress ?? nic.address;
    const { first } = networkRange(nic.cidr);
    const mask = addressText(2 ** 32 - 2 ** (32 - prefixOf(nic.cidr)));
    return [
      `dhcp-range=set:${zone},${addressText(first)},static,${mask},${leaseSeconds}`,
      `dhcp-option=tag:${zone},option:router,${gateway}`,
      ...(input.dns === null ? [] : [`dhcp-option=tag:${zone},option:dns-server,${gateway}`]),
    ];
  });
  return [
    ...ranges,
    'dhcp-authoritative',
    'dhcp-hostsfile=@OPENVSYS_DIR@/dhcp-hosts',
    'dhcp-leasefile=@OPENVSYS_RUN@/dnsmasq.leases',
  ];
}

const dhcpHostsText = ({ networks }: DhcpInput): string =>
  networks
    .flatMap(({ zone, hosts }) =>
      hosts.map(({ name, mac, address }) => `${mac},set:${zone},${address},${name}\n`),
    )
    .join('');
