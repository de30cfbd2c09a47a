/** The kinds of EFMs that there are, and the renderer made of them. */
import type { EfmKind, ModuleInput, ModuleRenderer } from '@openvsys/vsys';
import { documentOf } from './document.js';
import { firewallModule } from './firewall/module.js';
import { loadBalancerModule } from './load-balancer/module.js';
import type { EfmModule } from './module.js';
import type { EfmCounter, EfmLogEntry, NativeCounter, NativeLogLine } from './observation.js';
import type { Flow, Verdict } from './reachability.js';
import { changedVerdicts, type ChangedVerdict } from './preview/changed-verdicts.js';
import { vpnModule } from './vpn/module.js';

/** A new kind is a line here; the compiler asks for it. */
export const EFM_MODULES: { readonly [Kind in EfmKind]: EfmModule<Kind> } = {
  firewall: firewallModule,
  'load-balancer': loadBalancerModule,
  vpn: vpnModule,
};

/** The module of the input's kind. The table above pairs each kind with a module that takes its input. */
const moduleOf = <Kind extends EfmKind>({ kind }: { readonly kind: Kind }): EfmModule<Kind> =>
  EFM_MODULES[kind];

/** The implementation of the port: no state, no I/O. */
export const moduleRenderer: ModuleRenderer = {
  validate: (input, at) => moduleOf(input).validate(input, at),
  advise: (input, at) => moduleOf(input).advise(input, at),
  render: (input) => {
    const module = moduleOf(input);
    return documentOf(input, module.format, module.render(input));
  },
};

/** Would a new connection pass the appliance. */
export const verdictOf = (input: ModuleInput, flow: Flow): Verdict => moduleOf(input).verdict(input, flow);
/** Which connections another configuration of the same EFM would treat differently; empty when they are of two kinds. */
export function previewVerdicts(before: ModuleInput, after: ModuleInput): ChangedVerdict[] {
  const samples = isOfKind(before, after.kind) ? moduleOf(before).samples(before, after) : [];
  return changedVerdicts(
    samples,
    (flow) => verdictOf(before, flow),
    (flow) => verdictOf(after, flow),
  );
}

const isOfKind = (input: ModuleInput, kind: EfmKind): boolean => input.kind === kind;

/** What an appliance's counters mean; unknown ones are left out. */
export const countersOf = (input: ModuleInput, native: readonly NativeCounter[]): EfmCounter[] =>
  moduleOf(input).counters(input, native);
/** What a line of an appliance's log means; undefined: nothing. */
export const logEntryOf = (input: ModuleInput, line: NativeLogLine): EfmLogEntry | undefined =>
  moduleOf(input).logs(input, line);
