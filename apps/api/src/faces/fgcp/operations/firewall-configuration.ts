/** Configurations of a firewall: translation of addresses, policies, names, log, limits. */
import { Injectable } from '@nestjs/common';
import { vserverId, type FirewallConfig, type WrittenConfig } from '@openvsys/vsys';
import { findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { FgcpAppliances, type Appliance } from '../fgcp-appliances.js';
import { FgcpAttachments } from '../fgcp-attachments.js';
import type { FgcpCall } from '../fgcp-operation.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { findZone, INTERNET, limitRows, shortZone } from '../words/firewall-zones.js';
import { logLine, wantedLines, type LogQuestion } from '../words/firewall-log.js';
import { natRules, withNat, type ResolvedNat } from '../words/nat-rules.js';
import { readNat } from '../words/read-nat.js';
import { policyContext } from '../words/policy-context.js';
import { policiesOf, rulesAfterNat, rulesOfPolicy } from '../words/policy-rules.js';
import { directionViews } from '../words/policy-views.js';
import { readPolicies } from '../words/read-policies.js';

type Firewall = Appliance<'firewall'>;
const ATTACHMENT = 'configurationXMLFilePath';
/** Lines of a log that are looked through for one answer. */
const MOST_LINES = 1_000;

@Injectable()
export class FirewallConfiguration {
  constructor(
    private readonly appliances: FgcpAppliances,
    private readonly attachments: FgcpAttachments,
    private readonly read: ReadEfm,
  ) {}

  /** One rule for each attached address, those that lead nowhere too. */
  async nat(given: FgcpCall, firewall: Firewall): Promise<FgcpFields> {
    const attached = await this.attached(given, firewall);
    const rules = natRules(written(firewall), { members: firewall.members, addresses: attached });
    const views = rules.map(({ publicIp, privateIp, snapt }) => ({ privateIp, publicIp, snapt }));
    return { firewall: { nat: { rules: { rule: views } }, status: firewall.status } };
  }

  async changeNat(given: FgcpCall, firewall: Firewall): Promise<void> {
    const attached = await this.attached(given, firewall);
    const wanted = readNat(blockOf(given, 'firewall_nat'), {
      members: firewall.members,
      addresses: attached,
    });
    await this.appliances.change(given, firewall, (config) => afterNat(config, firewall, wanted));
  }

  async policies(given: FgcpCall, firewall: Firewall): Promise<FgcpFields> {
    const filter = findBlock(given, 'firewall_policy');
    const nets = netNames(firewall);
    const { id: system } = firewall.vsys;
    const { rules, logDenied } = firewall.design.config;
    const zoneOf = (name: string): string | undefined => {
      const text = filter && findText(filter, name);
      return text === undefined ? undefined : (findZone(system, text, nets) ?? shortZone(system, text));
    };
    const place = { system, zones: [...nets, INTERNET], log: logDenied ? ('On' as const) : ('Off' as const) };
    const policies = policiesOf(rules, policyContext(firewall, firewall.design.config));
    const direction = directionViews(policies, { from: zoneOf('from'), to: zoneOf('to') }, place);
    return { firewall: { directions: { direction }, status: firewall.status } };
  }

  async changePolicies(given: FgcpCall, firewall: Firewall): Promise<void> {
    const place = { system: firewall.vsys.id, nets: netNames(firewall) };
    const { policies, log } = readPolicies(blockOf(given, 'firewall_policy'), place);
    const context = policyContext(firewall, firewall.design.config);
    const rules = policies.flatMap((policy) => rulesOfPolicy(policy, context));
    await this.appliances.change(given, firewall, (config) => ({
      ...config,
      rules: rules.map(writtenRule),
      ...(log === undefined ? {} : { logDenied: log === 'On' }),
    }));
  }

  dns({ design, status }: Firewall): FgcpFields {
    const [primary = '', secondary = ''] = design.config.dns?.forwarders ?? [];
    const type = primary === '' ? 'AUTO' : 'MANUAL';
    return { firewall: { dns: { primary, secondary, type }, status } };
  }

  async changeDns(given: FgcpCall, firewall: Firewall): Promise<void> {
    const block = blockOf(given, 'firewall_dns');
    const type = findText(block, 'type');
    if (type !== 'AUTO' && type !== 'MANUAL') throw wrongValue('type');
    const servers = ['primary', 'secondary'].flatMap((name) => findText(block, name) ?? []);
    if (type === 'MANUAL' && servers.length === 0) throw wrongValue('primary');
    await this.appliances.change(given, firewall, (config) => {
      const { forwarders: _before, ...dns } = (config['dns'] ?? {}) as { readonly forwarders?: unknown };
      return { ...config, dns: type === 'AUTO' ? dns : { ...dns, forwarders: servers } };
    });
  }

  async log(given: FgcpCall, firewall: Firewall): Promise<FgcpFields> {
    const block = findBlock(given, 'firewall_log');
    const question: LogQuestion = wantedLines(block);
    const id = vserverId(firewall.server.id);
    const { items } = await this.read.logs(given.call, id, { source: 'kernel' }, { limit: MOST_LINES });
    const lines = items
      .flatMap((line) => logLine(line, firewall.vsys.id) ?? [])
      .filter((line) => question.fits(line))
      .slice(0, question.count);
    return { firewall: { log: lines.toReversed().join('\n') } };
  }

  limits(given: FgcpCall, { vsys }: Firewall): FgcpFields {
    const filter = findBlock(given, 'firewall_limit_policy');
    const zoneOf = (name: string) => shortZone(vsys.id, filter && findText(filter, name));
    return { firewall: { directions: { direction: limitRows(zoneOf('from'), zoneOf('to')) } } };
  }

  private async attached(given: FgcpCall, { vsys, addresses }: Firewall): Promise<Firewall['addresses']> {
    const attached = await this.attachments.attachedAmong(given, vsys.id, addresses);
    return addresses.filter(({ id }) => attached.has(id));
  }
}

const netNames = ({ nets }: Firewall): readonly string[] => nets.map(({ name }) => name);

/** With every default written out, as plain data. */
const written = ({ design }: Firewall): WrittenConfig => ({ ...design.config });

/** Policies from outside follow the addresses that they were written against. */
function afterNat(config: WrittenConfig, firewall: Firewall, wanted: ResolvedNat): WrittenConfig {
  const present = firewall.design.config;
  const next = withNat(config, wanted);
  const before = policyContext(firewall, present);
  const after = policyContext(firewall, next);
  return { ...next, rules: rulesAfterNat(present.rules, before, after).map(writtenRule) };
}

/** Rules of a design have nulls where a descriptor leaves things out. */
function writtenRule({ sources, destinations, ports, rateLimit, ...rule }: FirewallConfig['rules'][number]) {
  return {
    ...rule,
    ...(ports.length === 0 ? {} : { ports }),
    ...(sources === null ? {} : { sources }),
    ...(destinations === null ? {} : { destinations }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

/** Of the attached document; undefined when there is none. */
export function findBlock({ request }: FgcpCall, name: string): XmlElement | undefined {
  const document = request.document(ATTACHMENT);
  const configuration = document && findChild(document, 'configuration');
  return configuration && findChild(configuration, name);
}

/** Throws VALIDATION_ERROR. */
export const blockOf = ({ request }: FgcpCall, name: string): XmlElement =>
  request.element(ATTACHMENT, 'configuration', name);
