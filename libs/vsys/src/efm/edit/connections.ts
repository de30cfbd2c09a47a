/** Zones of connections put into and taken out of a firewall's configuration. */
import { DomainError } from '../../errors.js';
import { pointerOf } from '../../spec/pointer.js';
import type { SystemDraft, SystemSource } from '../../spec/edit/system-draft.js';
import { isData, listOf, withWrittenConfig, writtenEfm } from './written-config.js';

const SECTION = 'connections';

/** Nothing changes when the firewall names the zone already. Throws `not-found` when there is no such firewall. */
export function withConnectionZone(source: SystemSource, firewall: string, zone: string): SystemDraft {
  const { descriptor, values } = source;
  const { name, kind, config } = writtenEfm(descriptor, firewall);
  if (kind !== 'firewall')
    throw new DomainError('conflict', `“${name}” is a ${kind}: only a firewall has connections.`);
  const zones = listOf(config, SECTION);
  const index = zones.includes(zone) ? zones.indexOf(zone) : zones.length;
  const next = zones.includes(zone) ? config : { ...config, [SECTION]: [...zones, zone] };
  return {
    document: withWrittenConfig(descriptor, name, next),
    values,
    places: [{ written: pointerOf('efms', name, 'config', SECTION, index), asked: '/zone' }],
  };
}

/**
 * `used`: what becomes of a zone that rules name. It is kept with nobody behind it, or the removal is refused. A system without such
 * a firewall stays as it is.
 */
export function withoutConnectionZone(
  source: SystemSource,
  zone: string,
  used: 'kept' | 'refused',
): SystemDraft {
  const { descriptor, values } = source;
  const document = Object.entries(descriptor.efms ?? {}).reduce<object>((done, [name, efm]) => {
    const config = efm.kind === 'firewall' ? (efm.config ?? {}) : {};
    const zones = listOf(config, SECTION);
    const isNamed = listOf(config, 'rules').some(
      (rule) => isData(rule) && (rule['from'] === zone || rule['to'] === zone),
    );
    if (!zones.includes(zone) || (isNamed && used === 'kept')) return done;
    const left = zones.filter((each) => each !== zone);
    const { [SECTION]: _gone, ...rest } = config as Readonly<Record<string, unknown>>;
    return withWrittenConfig(descriptor, name, left.length === 0 ? rest : { ...rest, [SECTION]: left });
  }, descriptor);
  return { document, values, places: [], ...(used === 'refused' ? { removed: zone } : {}) };
}
