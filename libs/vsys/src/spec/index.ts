/** Descriptors, parameters and specs: what a tenant may ask for and what follows from it. */
export * from './allocate/allocate.js';
export * from './allocate/allocation.js';
export { needs } from './allocate/match-parts.js';
export { bindParameters, boundValues, designOf, visibleValues } from './bind/bind-parameters.js';
export { designWithoutSecrets, openSecretValues, sealSecretValues } from './bind/secret-values.js';
export * from './bind/vsys-design.js';
export * from './change/describe-difference.js';
export * from './change/next-generation.js';
export { INTERNET } from './checks/internet.js';
export { listUnusedParameters } from './checks/check-parameters.js';
export { LIMITS } from './limits.js';
export { descriptorOf, parseDescriptor, type ParseOptions } from './parse/parse-descriptor.js';
export { printDescriptor } from './parse/print-descriptor.js';
export { API_VERSION, DESCRIPTOR_KIND, type Descriptor } from './schema/descriptor.schema.js';
export { descriptorJsonSchema } from './schema/json-schema.js';
export type { ParameterDeclaration, ParameterValue, ParameterValues } from './schema/parameters.schema.js';
export * from './sealed-text.js';
export * from './vsys-spec.js';
