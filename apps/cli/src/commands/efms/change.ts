/** Changing EFMs: whole configurations, rules, members, certificates, and the way back. */
import {
  addEfmRule,
  changeEfmMember,
  changeEfmRule,
  getEfmConfiguration,
  putEfmCertificate,
  removeEfmCertificate,
  removeEfmRule,
  replaceEfmConfiguration,
  restoreEfmVersion,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { positiveWhole } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { examples } from '../examples.js';
import {
  addChangeOptions,
  changeEfm,
  EFM_ARGUMENT,
  getEfmId,
  mappingOf,
  readMapping,
  readText,
  type ChangeOptions,
} from './efm-argument.js';

const STATES = ['ready', 'drain', 'maintenance'] as const;

interface PlaceOptions extends ChangeOptions {
  readonly position?: number;
  readonly before?: string;
  readonly after?: string;
}

const placeOf = ({ position, before, after }: PlaceOptions) => ({
  ...(position === undefined ? {} : { position: position - 1 }),
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const addPlaceOptions = (command: Command): Command =>
  addChangeOptions(command)
    .option('--position <number>', 'its place, counted from 1', positiveWhole)
    .option('--before <rule>', 'in front of the rule with this id')
    .option('--after <rule>', 'behind the rule with this id');

export function registerEfmChanges(efms: Command, shell: Shell): void {
  addChangeOptions(efms.command('apply'))
    .description('Replaces the whole configuration; keys that it does not hold stay as they are.')
    .argument(...EFM_ARGUMENT)
    .requiredOption('-f, --file <file>', 'configuration as YAML or JSON; - for the standard input')
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms apply shop/fw -f fw.yaml --dry-run')
    .action(shell.connected(apply));
  addChangeOptions(efms.command('restore'))
    .description('Goes back to a configuration that the EFM had, with the keys it had.')
    .argument(...EFM_ARGUMENT)
    .argument('<version>', 'see `vsysctl efms versions`')
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms restore shop/fw 3 --dry-run')
    .action(shell.connected(restore));
  registerRuleChanges(efms, shell);
  registerBalancerChanges(efms, shell);
}

function registerRuleChanges(efms: Command, shell: Shell): void {
  addPlaceOptions(efms.command('add-rule'))
    .description('Adds a rule to a firewall: where it is said, else at the end.')
    .argument(...EFM_ARGUMENT)
    .argument('<rule>', 'as descriptors write it')
    .addHelpText(
      'after',
      "\nExamples:\n  $ vsysctl efms add-rule shop/fw '{name: ssh, from: internet, to: dmz, protocol: tcp, ports: [22]}' --position 1",
    )
    .action(shell.connected(addRule));
  addPlaceOptions(efms.command('change-rule'))
    .description('Changes or moves a rule: what is not given stays, null takes a field away.')
    .argument(...EFM_ARGUMENT)
    .argument('<rule-id>', 'see `vsysctl efms rules`')
    .argument('[change]', 'what is to be another')
    .addHelpText(
      'after',
      "\nExamples:\n  $ vsysctl efms change-rule shop/fw r-ssh '{action: deny}' --position 1",
    )
    .action(shell.connected(changeRule));
  addChangeOptions(efms.command('remove-rule'))
    .description('Removes a rule of a firewall.')
    .argument(...EFM_ARGUMENT)
    .argument('<rule-id>', 'see `vsysctl efms rules`')
    .addHelpText('after', examples('efms remove-rule shop/fw web-in --dry-run'))
    .action(shell.connected(removeRule));
}

function registerBalancerChanges(efms: Command, shell: Shell): void {
  addChangeOptions(efms.command('member'))
    .description('Drains a member of a load balancer, takes it out, brings it back, or changes its share.')
    .argument(...EFM_ARGUMENT)
    .argument('<member>', 'server or role')
    .addOption(new Option('--state <state>', 'what it is to do').choices(STATES))
    .option('--weight <share>', '0 to 256; 100 is usual', Number)
    .option('--listener <name>', 'only on this listener')
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms member shop/lb web-1 --state drain')
    .action(shell.connected(member));
  addChangeOptions(efms.command('put-certificate'))
    .description('Uploads or renews a certificate; the chain is put in order, the key is never shown again.')
    .argument(...EFM_ARGUMENT)
    .argument('<name>', 'of the certificate in the configuration')
    .requiredOption('--certificate <file>', 'PEM: the certificate and its chain')
    .option('--key <file>', 'PEM; without it the present key stays')
    .addHelpText(
      'after',
      '\nExamples:\n  $ vsysctl efms put-certificate shop/lb www --certificate www.pem --key www.key',
    )
    .action(shell.connected(putCertificate));
  addChangeOptions(efms.command('remove-certificate'))
    .description('Removes a certificate with its key; refused while a listener shows it.')
    .argument(...EFM_ARGUMENT)
    .argument('<name>', 'of the certificate in the configuration')
    .addHelpText('after', examples('efms remove-certificate shop/lb www'))
    .action(shell.connected(removeCertificate));
}

async function apply(context: Context, efm: string, options: ChangeOptions & { readonly file: string }) {
  const { client, io } = context;
  const config = await readMapping(io, options.file);
  const path = { vserverId: await getEfmId(client, efm) };
  // What is replaced is what is there now: somebody else’s change in between is refused.
  const { response } = await getEfmConfiguration({ client, path });
  const match = { 'If-Match': response?.headers.get('ETag') ?? '' };
  return changeEfm(context, options, async ({ headers, query }) =>
    replaceEfmConfiguration({ client, path, query, body: { config }, headers: { ...headers, ...match } }),
  );
}

async function restore(context: Context, efm: string, version: string, options: ChangeOptions) {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm), configVersion: version };
  return changeEfm(context, options, async (sent) => restoreEfmVersion({ client, path, ...sent }));
}

async function addRule(context: Context, efm: string, rule: string, options: PlaceOptions) {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm) };
  const body = { rule: mappingOf(rule, rule), ...placeOf(options) };
  return changeEfm(context, options, async (sent) => addEfmRule({ client, path, body, ...sent }));
}

async function changeRule(
  context: Context,
  efm: string,
  ruleId: string,
  change: string | undefined,
  options: PlaceOptions,
) {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm), ruleId };
  const body = { ...(change === undefined ? {} : { rule: mappingOf(change, change) }), ...placeOf(options) };
  return changeEfm(context, options, async (sent) => changeEfmRule({ client, path, body, ...sent }));
}

async function removeRule(context: Context, efm: string, ruleId: string, options: ChangeOptions) {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm), ruleId };
  return changeEfm(context, options, async (sent) => removeEfmRule({ client, path, ...sent }));
}

interface MemberOptions extends ChangeOptions {
  readonly state?: (typeof STATES)[number];
  readonly weight?: number;
  readonly listener?: string;
}

async function member(context: Context, efm: string, name: string, options: MemberOptions) {
  const { client } = context;
  const { state, weight, listener } = options;
  if (state === undefined && weight === undefined) {
    throw usageError('Nothing is said about the member.', 'Give --state, --weight or both.');
  }
  const path = { vserverId: await getEfmId(client, efm), memberName: name };
  const body = {
    ...(state === undefined ? {} : { state }),
    ...(weight === undefined ? {} : { weight }),
    ...(listener === undefined ? {} : { listener }),
  };
  return changeEfm(context, options, async (sent) => changeEfmMember({ client, path, body, ...sent }));
}

interface CertificateOptions extends ChangeOptions {
  readonly certificate: string;
  readonly key?: string;
}

async function putCertificate(context: Context, efm: string, name: string, options: CertificateOptions) {
  const { client, io } = context;
  const path = { vserverId: await getEfmId(client, efm), certificateName: name };
  const certificate = await readText(io, options.certificate);
  const privateKey = options.key === undefined ? {} : { privateKey: await readText(io, options.key) };
  const body = { certificate, ...privateKey };
  return changeEfm(context, options, async (sent) => putEfmCertificate({ client, path, body, ...sent }));
}

async function removeCertificate(context: Context, efm: string, name: string, options: ChangeOptions) {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm), certificateName: name };
  return changeEfm(context, options, async (sent) => removeEfmCertificate({ client, path, ...sent }));
}
