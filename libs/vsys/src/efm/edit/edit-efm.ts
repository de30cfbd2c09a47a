/**
 * One edit of an EFM: the descriptor and the parameters of the next generation. The same whether a whole configuration
 * comes, a rule, a certificate or an older version.
 *
 *   present config ─edit─► next config ─keys kept, new ones hidden─► descriptor ─checked as a whole─► next generation
 */
import { pointerOf } from '../../spec/pointer.js';
import { descriptorOf } from '../../spec/parse/parse-descriptor.js';
import { DomainError, type Violation } from '../../errors.js';
import { findKeyPlace, hidingKeys, keepingKeys, withoutUnusedKeys, type WithParameters } from './keys.js';
import { withWrittenConfig, writtenEfm, type WrittenConfig, type WrittenEfm } from './written-config.js';

/** Throws what is wrong with the caller's wish. */
export type EfmEdit = (present: WrittenEfm) => WrittenConfig;

/** Throws `invalid-descriptor`; pointers are into the configuration, beginning with `/config`, where that is what is wrong. */
export function editEfm(present: WithParameters, appliance: string, edit: EfmEdit): WithParameters {
  const efm = writtenEfm(present.descriptor, appliance);
  const { config, declarations, values } = hidingKeys(keepingKeys(edit(efm), efm.config), present);
  const document = withWrittenConfig(present.descriptor, efm.name, config);
  const parameters = { ...present.descriptor.parameters, ...declarations };
  const descriptor = inTermsOf(efm.name, config, () =>
    descriptorOf(Object.keys(parameters).length === 0 ? document : { ...document, parameters }),
  );
  return withoutUnusedKeys({ descriptor, values: { ...present.values, ...values } });
}

/** What `work` throws, with places inside the EFM named as its configuration has them. */
export function inTermsOf<T>(efm: string, config: WrittenConfig, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inConfigTerms(error, efm, config);
  }
}

/** The error itself when it is none of ours. */
export function inConfigTerms(error: unknown, efm: string, config: WrittenConfig): unknown {
  if (!(error instanceof DomainError)) return error;
  const place = placing(efm, config);
  const pointer = error.pointer === undefined ? {} : { pointer: place(error.pointer) };
  return new DomainError(error.code, error.message, {
    retry: error.retry,
    ...pointer,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    violations: violationsInConfigTerms(error.violations, efm, config),
    details: error.details,
    cause: error.cause,
  });
}

export function violationsInConfigTerms(
  violations: readonly Violation[],
  efm: string,
  config: WrittenConfig,
): Violation[] {
  const place = placing(efm, config);
  return violations.map((violation) => ({ ...violation, pointer: place(violation.pointer) }));
}

function placing(efm: string, config: WrittenConfig): (pointer: string) => string {
  const own = pointerOf('efms', efm);
  return (pointer) => {
    if (pointer.startsWith(`${own}/config`)) return pointer.slice(own.length);
    const [, section, parameter = ''] = pointer.split('/');
    const key = section === 'parameters' ? findKeyPlace(config, parameter) : undefined;
    return key === undefined ? pointer : `/config${key}`;
  };
}
