/** The document of an appliance: what its kind renders, and what is the same for all. */
import { createHash } from 'node:crypto';
import type { ModuleDocument, ModuleInput, ModuleProbe, ModuleProgram, ModuleSecret } from '@openvsys/vsys';
import { KEEPALIVED_FILE, appliancePair, renderKeepalived } from './appliance/keepalived.js';
import { applianceInterfaces, applianceRoutes } from './appliance/interfaces.js';
import { canonicalJson } from './canonical-json.js';
import type { RenderedModule } from './module.js';

/** How long a link or a daemon may take to be there after loading. */
const PROBE_SECONDS = 10;
/** The daemon that an appliance is of no use without. */
const WATCHED = 'haproxy';

export function documentOf(input: ModuleInput, format: number, rendered: RenderedModule): ModuleDocument {
  const { pair } = input;
  const daemon = rendered.programs.find(({ name }) => name === WATCHED)?.name ?? null;
  const programs: readonly ModuleProgram[] =
    pair === null
      ? rendered.programs
      : [...rendered.programs, { name: 'keepalived', config: KEEPALIVED_FILE }];
  const content = {
    kind: input.kind,
    format,
    files:
      pair === null
        ? rendered.files
        : { ...rendered.files, [KEEPALIVED_FILE]: renderKeepalived(input, pair, daemon) },
    programs,
    interfaces: [...applianceInterfaces(input), ...(rendered.interfaces ?? [])],
    routes: [...applianceRoutes(input), ...(rendered.routes ?? [])],
    forwarding: rendered.forwarding,
    secrets: secretsOf(input),
    probes: [...commonProbes(input, programs), ...rendered.probes],
    pair: appliancePair(input),
  };
  return { ...content, hash: createHash('sha256').update(canonicalJson(content)).digest('hex') };
}

const secretsOf = ({ secrets }: ModuleInput): ModuleSecret[] =>
  Object.entries(secrets)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => ({ file, sha256: createHash('sha256').update(text).digest('hex') }));

function commonProbes(input: ModuleInput, programs: readonly ModuleProgram[]): ModuleProbe[] {
  const timeoutSeconds = PROBE_SECONDS;
  const links = applianceInterfaces(input).map(({ name }): ModuleProbe => ({
    name: `interface ${name}`,
    timeoutSeconds,
    kind: 'interface',
    interface: name,
  }));
  const daemons = programs
    .filter(({ name }) => name !== 'nftables' && name !== 'wireguard')
    .map(({ name }): ModuleProbe => ({
      name: `process ${name}`,
      timeoutSeconds,
      kind: 'process',
      program: name,
    }));
  return [...links, ...daemons];
}
