/** GetEFMConfiguration and UpdateEFMConfiguration: which configuration is meant, of which kind of appliance. */
import { Injectable } from '@nestjs/common';
import { FgcpAppliances, type Appliance } from '../fgcp-appliances.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { ApplianceSoftware } from './appliance-software.js';
import { BalancerConfiguration } from './balancer-configuration.js';
import { FirewallConfiguration } from './firewall-configuration.js';

type Read<Kind extends 'firewall' | 'load-balancer'> = (
  given: FgcpCall,
  appliance: Appliance<Kind>,
) => FgcpFields | Promise<FgcpFields>;
type Change<Kind extends 'firewall' | 'load-balancer'> = (
  given: FgcpCall,
  appliance: Appliance<Kind>,
) => Promise<void>;
type Named<Work> = Readonly<Record<string, Work>>;

@Injectable()
export class EfmConfiguration extends FgcpNoun {
  constructor(
    private readonly appliances: FgcpAppliances,
    private readonly firewall: FirewallConfiguration,
    private readonly balancer: BalancerConfiguration,
    private readonly software: ApplianceSoftware,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetEFMConfiguration: { permission: 'vsys:read', run: async (given) => this.read(given) },
    UpdateEFMConfiguration: { permission: 'vsys:change', run: async (given) => this.change(given) },
  };

  private readonly firewallReads: Named<Read<'firewall'>> = {
    FW_NAT_RULE: async (given, firewall) => this.firewall.nat(given, firewall),
    FW_DNS: (_given, firewall) => this.firewall.dns(firewall),
    FW_POLICY: async (given, firewall) => this.firewall.policies(given, firewall),
    FW_LOG: async (given, firewall) => this.firewall.log(given, firewall),
    FW_LIMIT_POLICY: (given, firewall) => this.firewall.limits(given, firewall),
    EFM_UPDATE: async (given, firewall) => ({ firewall: await this.software.view(given, firewall) }),
  };

  private readonly balancerReads: Named<Read<'load-balancer'>> = {
    SLB_RULE: (_given, balancer) => this.balancer.rules(balancer),
    SLB_LOAD_STATISTICS: async (given, balancer) => this.balancer.load(given, balancer),
    SLB_ERROR_STATISTICS: async (given, balancer) => this.balancer.errors(given, balancer),
    SLB_CERTIFICATE_LIST: async (given, balancer) => this.balancer.certificates(given, balancer),
    EFM_UPDATE: async (given, balancer) => ({ loadbalancer: await this.software.view(given, balancer) }),
  };

  private readonly firewallChanges: Named<Change<'firewall'>> = {
    FW_NAT_RULE: async (given, firewall) => this.firewall.changeNat(given, firewall),
    FW_DNS: async (given, firewall) => this.firewall.changeDns(given, firewall),
    FW_POLICY: async (given, firewall) => this.firewall.changePolicies(given, firewall),
    EFM_UPDATE: async (given, firewall) => this.software.update(given, firewall),
  };

  private readonly balancerChanges: Named<Change<'load-balancer'>> = {
    SLB_RULE: async (given, balancer) => this.balancer.changeRules(given, balancer),
    SLB_CERTIFICATE_ADD: async (given, balancer) => this.balancer.addCertificate(given, balancer),
    SLB_CCA_CERTIFICATE_ADD: async (given, balancer) => this.balancer.addAuthority(given, balancer),
    SLB_CCA_CERTIFICATE_DELETE: async (given, balancer) => this.balancer.deleteAuthority(given, balancer),
    SLB_LOAD_STATISTICS_CLEAR: async (given, balancer) => this.balancer.clear(given, balancer, 'load'),
    SLB_ERROR_STATISTICS_CLEAR: async (given, balancer) => this.balancer.clear(given, balancer, 'errors'),
    EFM_UPDATE: async (given, balancer) => this.software.update(given, balancer),
    SLB_CERTIFICATE_SET: async (given, balancer) => this.balancer.useCertificate(given, balancer, 'set'),
    SLB_CERTIFICATE_RELEASE: async (given, balancer) =>
      this.balancer.useCertificate(given, balancer, 'release'),
    SLB_CERTIFICATE_DELETE: async (given, balancer) => this.balancer.deleteCertificate(given, balancer),
    SLB_START_MAINTENANCE: async (given, balancer) => this.balancer.maintain(given, balancer, 'start'),
    SLB_STOP_MAINTENANCE: async (given, balancer) => this.balancer.maintain(given, balancer, 'stop'),
  };

  private async read(given: FgcpCall): Promise<FgcpFields> {
    const name = given.request.get('configurationName');
    const appliance = await this.appliances.get(given);
    const fields = isFirewall(appliance)
      ? await workOf(this.firewallReads, name)(given, appliance)
      : await workOf(this.balancerReads, name)(given, asBalancer(appliance));
    return this.appliances.view(appliance, given, fields);
  }

  private async change(given: FgcpCall): Promise<FgcpFields> {
    const name = given.request.get('configurationName');
    const appliance = await this.appliances.get(given);
    if (isFirewall(appliance)) await workOf(this.firewallChanges, name)(given, appliance);
    else await workOf(this.balancerChanges, name)(given, asBalancer(appliance));
    return NOTHING;
  }
}

/** Known of the protocol and not offered here. */
const NOT_OFFERED: readonly string[] = [
  // Appliances are made anew from the newest image; nothing leads back to an older one.
  'EFM_BACKOUT',
  // Nobody tells what it is.
  'SLB_CONNECTION',
];

function workOf<Work>(named: Named<Work>, name: string): Work {
  const work = Object.hasOwn(named, name) ? named[name] : undefined;
  if (work !== undefined) return work;
  if (NOT_OFFERED.includes(name)) throw new FgcpError('UNSUPPORT_ERROR', `${name} is not offered.`);
  throw wrongValue('configurationName');
}

const isFirewall = (appliance: Appliance): appliance is Appliance<'firewall'> =>
  appliance.design.kind === 'firewall';

function asBalancer(appliance: Appliance): Appliance<'load-balancer'> {
  const { design, ...rest } = appliance;
  if (design.kind === 'load-balancer') return { ...rest, design };
  throw wrongValue('efmId');
}
