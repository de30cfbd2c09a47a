/**
 * A descriptor in Fujitsu's XML form, with a note for all that the form cannot say. Parameters become their defaults.
 * Reading the form again (`importForm`) gives the same design for what has no note.
 */
import { startOrders } from '../../checks/start-order.js';
import { defaultsOf, descriptorOf } from '../../parse/parse-descriptor.js';
import { fillReferences } from '../../references.js';
import type { Descriptor } from '../../schema/descriptor.schema.js';
import type { ImportNote } from '../xml-source.js';
import { writtenBalancer } from './export-balancer.js';
import { writtenFirewall } from './export-firewall.js';
import { writtenServers, type FormParts } from './export-servers.js';
import { FORM_VERSION, ROOT } from './form-words.js';
import { FormSegments, writtenSegments } from './form-segments.js';
import { ExportNotes, group, listOf, textElement, whenGiven, type WrittenXml } from './written-form.js';

export interface ExportWish {
  /** Contract of the owner, or what stands for the provider. */
  readonly owner: string;
  readonly visibility: 'PUBLIC' | 'CONTRACT' | 'COPYABLE';
}

export interface ExportedForm {
  readonly root: WrittenXml;
  /** Places are pointers into the descriptor. */
  readonly notes: readonly ImportNote[];
}

/** Throws `conflict` for a descriptor with more segments or rules than the form can number. */
export function exportForm(descriptor: Descriptor, { owner, visibility }: ExportWish): ExportedForm {
  const notes = new ExportNotes();
  const filled = descriptorOf(fillReferences(descriptor, defaultsOf(descriptor)));
  const { metadata, vnets, publicIps = {} } = filled;
  const segments = new FormSegments(Object.keys(vnets), notes);
  const parts: FormParts = { segments, orders: startOrders(filled), notes };
  const root: WrittenXml = {
    ...group(
      ROOT,
      textElement('vsysdescriptorId', metadata.name),
      textElement('vsysdescriptorName', metadata.title ?? metadata.name),
      whenGiven('description', metadata.description),
      textElement('keyword', `${Object.keys(vnets).length}-tier`),
      textElement('creatorName', owner),
      textElement('registrant', owner),
      textElement('visibility', visibility),
      writtenSegments(vnets, segments, notes),
      listOf('efms', writtenEfms(filled, parts)),
      writtenServers(filled, parts),
      listOf(
        'publicips',
        Object.entries(publicIps).map(([name, address]) => {
          notes.leftOver(['publicIps', name], address, []);
          return group('publicip', textElement('ref', name), textElement('autoAttach', true));
        }),
      ),
    ),
    attributes: { version: FORM_VERSION },
  };
  noteParameters(descriptor, root, notes);
  return { root, notes: notes.all };
}

function writtenEfms({ efms = {}, vservers }: Descriptor, parts: FormParts): readonly WrittenXml[] {
  const entries = Object.entries(efms);
  const written = entries.flatMap(([name, efm]) => (efm.kind === 'load-balancer' ? [name] : []));
  const roles = Object.entries(vservers).flatMap(([role, { count }]) => [
    role,
    ...(typeof count === 'number' ? Array.from({ length: count }, (_, index) => `${role}-${index + 1}`) : []),
  ]);
  const members = new Set([...written, ...roles]);
  const balancers = new Map(
    entries.flatMap(([name, efm]) =>
      efm.kind === 'load-balancer' ? addressesOf(name, efm.config.listeners, parts.notes) : [],
    ),
  );
  const firewall = entries.find(([, { kind }]) => kind === 'firewall');
  if (firewall === undefined)
    parts.notes.add(['efms'], 'Fujitsu’s product makes no system without a firewall; this has none.');
  const firewalls = entries.flatMap(([name, efm]) =>
    efm.kind === 'firewall' ? [writtenFirewall(name, efm, { ...parts, members, balancers })] : [],
  );
  const others = entries.flatMap(([name, efm]) => {
    if (efm.kind === 'load-balancer') return [writtenBalancer(name, efm, parts)];
    if (efm.kind !== 'firewall')
      parts.notes.add(['efms', name], `The form has no EFM like ${efm.kind}: it is left out.`);
    return [];
  });
  return [...firewalls, ...others];
}

/** An address leads to a load balancer as a whole. */
function addressesOf(
  name: string,
  listeners: readonly { readonly publicIp?: string }[],
  notes: ExportNotes,
): readonly (readonly [string, string])[] {
  const [first, ...others] = new Set(listeners.flatMap(({ publicIp }) => publicIp ?? []));
  if (first === undefined) return [];
  if (others.length > 0 || listeners.some(({ publicIp }) => publicIp === undefined))
    notes.add(
      ['efms', name, 'config', 'listeners'],
      `${first} leads to all of them, and is the only one that does.`,
    );
  return [[first, name]];
}

function noteParameters({ parameters = {} }: Descriptor, root: WrittenXml, notes: ExportNotes): void {
  const text = JSON.stringify(root);
  for (const [name, { default: value }] of Object.entries(parameters)) {
    if (value !== undefined) notes.add(['parameters', name], 'It became its default.');
    else if (text.includes(`\${${name}}`))
      notes.add(['parameters', name], `It has no default: \${${name}} is to be filled in.`);
    else notes.add(['parameters', name], 'Nothing that asks for it is left.');
  }
}
