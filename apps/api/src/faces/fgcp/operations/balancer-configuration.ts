/** Configurations of a load balancer: groups, statistics, certificates, maintenance. */
import { Injectable } from '@nestjs/common';
import { vserverId, withMember, withoutCertificate, type WrittenConfig } from '@openvsys/vsys';
import { findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { uploadedCertificate } from '../../../use-cases/efms/efm-edits.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { ResetCounters } from '../../../use-cases/efms/reset-counters.js';
import { FgcpAppliances, type Appliance } from '../fgcp-appliances.js';
import type { FgcpCall } from '../fgcp-operation.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import { unlessEmpty, type FgcpFields } from '../protocol/write-answer.js';
import {
  CERTIFICATE_NAME,
  certificateName,
  groupsOf,
  listenersOf,
  type Group,
  type KnownServer,
} from '../words/balancer-groups.js';
import { errorGroupView, groupView, loadGroupView, type MemberFigures } from '../words/balancer-views.js';
import {
  authorityViews,
  readAuthority,
  withAuthority,
  withChains,
  withoutAuthority,
} from '../words/ca-certificates.js';
import { slbVipOf } from '../words/efm-views.js';
import { addressOfMember } from '../words/nat-rules.js';
import { labelOf } from '../words/part-views.js';
import { readGroups } from '../words/read-groups.js';
import { readPkcs12 } from '../words/read-pkcs12.js';
import { noticeTime } from '../words/dates.js';
import { blockOf, findBlock } from './firewall-configuration.js';

type Balancer = Appliance<'load-balancer'>;

@Injectable()
export class BalancerConfiguration {
  constructor(
    private readonly appliances: FgcpAppliances,
    private readonly configure: ConfigureEfm,
    private readonly read: ReadEfm,
    private readonly reset: ResetCounters,
  ) {}

  rules(balancer: Balancer): FgcpFields {
    const groups = presentGroups(balancer);
    return {
      loadbalancer: {
        ccacerts: { ccacert: authorityViews(balancer.design.config.authorities) },
        groups: unlessEmpty('group', groups.map(groupView)),
        ipAddress: slbVipOf(balancer.server),
        status: balancer.status,
        webAccelerator: false,
      },
    };
  }

  async changeRules(given: FgcpCall, balancer: Balancer): Promise<void> {
    const block = blockOf(given, 'loadbalancer_rule');
    const groups = readGroups(block, serversOf(balancer), presentGroups(balancer));
    await this.appliances.change(given, balancer, (config) => withGroups(config, groups, balancer));
  }

  async load(given: FgcpCall, balancer: Balancer): Promise<FgcpFields> {
    const figures = await this.figures(given, balancer);
    const groups = requireGroups(balancer).map((group) => loadGroupView(group, figures));
    return {
      loadbalancer: {
        ipAddress: slbVipOf(balancer.server),
        loadStatistics: { groups: { group: groups } },
        status: balancer.status,
      },
    };
  }

  async errors(given: FgcpCall, balancer: Balancer): Promise<FgcpFields> {
    const figures = await this.figures(given, balancer);
    const now = new Date();
    const groups = requireGroups(balancer).map((group) => errorGroupView(group, figures));
    const [date = ''] = noticeTime(now).split(' ');
    const [before = ''] = noticeTime(new Date(now.getTime() - 86_400_000)).split(' ');
    const hour = now.getUTCHours();
    return {
      loadbalancer: {
        errorStatistics: {
          groups: { group: groups },
          period: { before: hours((hour + 23) % 24), current: hours(hour), today: date, yesterday: before },
        },
        ipAddress: slbVipOf(balancer.server),
        status: balancer.status,
      },
    };
  }

  /** Throws NONE_LB_RULE. */
  async clear(given: FgcpCall, balancer: Balancer, choice: 'load' | 'errors'): Promise<void> {
    requireGroups(balancer);
    await this.reset.execute(given.call, vserverId(balancer.server.id), choice);
  }

  async certificates(given: FgcpCall, { server, design }: Balancer): Promise<FgcpFields> {
    const block = findBlock(given, 'loadbalancer_certificate_list');
    const category = block && findText(block, 'certCategory');
    const { items } = await this.read.certificates(given.call, vserverId(server.id));
    const own = items.flatMap(({ name, facts, usedBy }) => {
      const certNum = CERTIFICATE_NAME.exec(name)?.[1];
      if (certNum === undefined) return [];
      const groupId = usedBy.flatMap((listener) => /^g(\d+)-/.exec(listener)?.[1] ?? [])[0];
      const validity = facts === null ? '' : `${noticeTime(facts.validFrom)} - ${noticeTime(facts.validTo)}`;
      return [{ certNum, groupId, issuer: facts?.issuer ?? '', subject: facts?.subject ?? '', validity }];
    });
    const authorities = authorityViews(design.config.authorities);
    return {
      loadbalancer: {
        ccacerts: category === 'server' ? '' : { ccacert: authorities },
        servercerts: category === 'cca' ? '' : { servercert: own },
      },
    };
  }

  async addCertificate(given: FgcpCall, { server }: Balancer): Promise<void> {
    const block = blockOf(given, 'loadbalancer_certificate');
    const name = certificateName(numberOf(block, 'certNum'));
    const opened = readPkcs12(fileOf(given), findText(block, 'passphrase') ?? '');
    const uploaded = uploadedCertificate(name, opened);
    await this.configure.execute(given.call, {
      efm: vserverId(server.id),
      expected: undefined,
      edit: async (present, session) => withChains(await uploaded(present, session)),
    });
  }

  /** Clients are shown it behind the certificates that it signed. */
  async addAuthority(given: FgcpCall, balancer: Balancer): Promise<void> {
    const number = numberOf(blockOf(given, 'loadbalancer_cca_certificate'), 'ccacertNum');
    const certificate = readAuthority(fileOf(given));
    await this.appliances.change(given, balancer, (config) => withAuthority(config, number, certificate));
  }

  async deleteAuthority(given: FgcpCall, balancer: Balancer): Promise<void> {
    const number = numberOf(blockOf(given, 'loadbalancer_cca_certificate'), 'ccacertNum');
    await this.appliances.change(given, balancer, (config) => withoutAuthority(config, number));
  }

  /** A group that opens TLS with it from then on, or passes it through again. */
  async useCertificate(given: FgcpCall, balancer: Balancer, use: 'set' | 'release'): Promise<void> {
    const block = blockOf(given, 'loadbalancer_certificate');
    const certNum = numberOf(block, 'certNum');
    const present = presentGroups(balancer);
    const isMeant = (group: Group): boolean =>
      use === 'set' ? group.id === findText(block, 'id') : group.certNum === certNum;
    if (!present.some(isMeant)) throw wrongValue(use === 'set' ? 'id' : 'certNum');
    const groups = present.map((group) =>
      isMeant(group) ? { ...group, certNum: use === 'set' ? certNum : undefined } : group,
    );
    await this.appliances.change(given, balancer, (config) => withGroups(config, groups, balancer));
  }

  async deleteCertificate(given: FgcpCall, balancer: Balancer): Promise<void> {
    const name = certificateName(numberOf(blockOf(given, 'loadbalancer_certificate'), 'certNum'));
    await this.appliances.change(given, balancer, (config) => withoutCertificate(config, name));
  }

  /** Takes a target out of a group, or puts it back. A time of grace is that of its open connections. */
  async maintain(given: FgcpCall, balancer: Balancer, verb: 'start' | 'stop'): Promise<void> {
    const block = blockOf(given, `loadbalancer_${verb}_maintenance`);
    const group = presentGroups(balancer).find(({ id }) => id === findText(block, 'id'));
    const target = group?.targets.find(({ ipAddress }) => ipAddress === findText(block, 'ipAddress'));
    if (group === undefined || target === undefined) throw wrongValue('id', 'ipAddress');
    const listeners = balancer.design.config.listeners.filter(({ name }) => name.startsWith(`g${group.id}-`));
    const away = findText(block, 'time') === undefined ? ('maintenance' as const) : ('drain' as const);
    await this.appliances.change(given, balancer, (config) =>
      listeners.reduce<WrittenConfig>(
        (next, { name }) =>
          withMember(next, { member: target.name, listener: name, state: verb === 'start' ? away : 'ready' }),
        config,
      ),
    );
  }

  private async figures(given: FgcpCall, { server }: Balancer): Promise<MemberFigures> {
    const { items } = await this.read.counters(given.call, vserverId(server.id));
    return new Map(items.map(({ title, values }) => [title, values]));
  }
}

const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;
const hours = (hour: number): string => `${clock(hour)}-${clock(hour + 1)}`;

function fileOf({ request }: FgcpCall): Uint8Array {
  const file = request.attachment('filePath');
  if (file === undefined) throw wrongValue('filePath');
  return file;
}

function numberOf(block: XmlElement, name: string): string {
  const text = findText(block, name) ?? '';
  if (!/^\d{1,4}$/.test(text)) throw wrongValue(name);
  return text;
}

function serversOf({ members, labels }: Balancer): readonly KnownServer[] {
  return members
    .filter(({ kind }) => kind === 'server')
    .map((member) => ({
      id: member.id,
      name: member.name,
      role: member.role,
      label: labelOf(labels, member),
      ipAddress: addressOfMember(member) ?? '',
    }));
}

const presentGroups = (balancer: Balancer): readonly Group[] =>
  groupsOf(balancer.design.config.listeners, serversOf(balancer));

function requireGroups(balancer: Balancer): readonly Group[] {
  const groups = presentGroups(balancer);
  if (groups.length === 0) throw new FgcpError('NONE_LB_RULE', 'The load balancer has no rule.');
  return groups;
}

const withGroups = (
  config: WrittenConfig,
  groups: readonly Group[],
  { design }: Balancer,
): WrittenConfig => ({
  ...config,
  listeners: groups.flatMap((group) => listenersOf(group, design.config.listeners)),
});
