/** VNets as segments of the form: by their own names where they fit, else the next one that is free. */
import { DomainError } from '../../../errors.js';
import { INTERNET } from '../../checks/internet.js';
import type { Descriptor } from '../../schema/descriptor.schema.js';
import { INTERNET_ZONE, isSegment, SEGMENTS } from './form-words.js';
import { listOf, textElement, whenGiven, type ExportNotes, type WrittenXml } from './written-form.js';

export class FormSegments {
  private readonly byNet = new Map<string, string>();

  /** Throws `conflict` for more VNets than the form has segments. */
  constructor(names: readonly string[], notes: ExportNotes) {
    if (names.length > SEGMENTS.length)
      throw new DomainError(
        'conflict',
        `Fujitsu’s form has ${SEGMENTS.length} segments, the descriptor ${names.length} VNets.`,
        {
          retry: 'never',
          remedy: 'Export it as it is stored, as YAML.',
        },
      );
    const own = names.filter((name) => isSegment(name.toUpperCase()));
    for (const name of own) this.byNet.set(name, name.toUpperCase());
    for (const name of names) {
      if (this.byNet.has(name)) continue;
      const free = SEGMENTS.find((segment) => ![...this.byNet.values()].includes(segment)) ?? name;
      this.byNet.set(name, free);
      notes.add(['vnets', name], `It is called ${free}.`);
    }
  }

  /** Throws `conflict` for what only a parameter tells. */
  of(net: string): string {
    const segment = this.byNet.get(net);
    if (segment !== undefined) return segment;
    throw new DomainError('conflict', `The segment ${net} is known only when a system is made.`, {
      retry: 'never',
      remedy: 'Give the parameter a default.',
    });
  }

  zone(name: string): string {
    return name === INTERNET ? INTERNET_ZONE : this.of(name);
  }
}

export function writtenSegments(
  vnets: Descriptor['vnets'],
  segments: FormSegments,
  notes: ExportNotes,
): readonly WrittenXml[] {
  const written = Object.entries(vnets).map(([name, vnet]) => {
    const [range = '', prefix] = vnet.cidr.split('/');
    if (range !== 'auto')
      notes.add(['vnets', name, 'cidr'], 'Ranges are chosen when a system is made; only the length is kept.');
    notes.leftOver(['vnets', name], vnet, ['cidr', 'mtu']);
    return {
      name: 'vnet',
      content: [
        textElement('segment', segments.of(name)),
        ...whenGiven('prefixLength', prefix),
        ...whenGiven('mtu', vnet.mtu),
      ],
    };
  });
  return listOf('vnets', written);
}
