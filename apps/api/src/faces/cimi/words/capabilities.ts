/** What is announced in ResourceMetadata: only what is so. */
import type { TypeName } from '../model/type-names.js';

export interface Capability {
  readonly name: string;
  readonly description: string;
  readonly value: string;
}

const yes = (name: string, description: string): Capability => ({ name, description, value: 'true' });

/** Version 1 and version 2 spell these differently, so both are there. */
const query = (name: string, description: string): Capability[] => [
  yes(`${name}Parameter`, description),
  yes(`${name === 'First' ? 'FirstParameterAndLastParameter' : `${name}Parameter`}Query`, description),
];

export const CAPABILITIES: Partial<Record<TypeName, readonly Capability[]>> = {
  CloudEntryPoint: [
    ...query('Expand', '$expand is understood'),
    ...query('Filter', '$filter is understood'),
    ...query('First', '$first and $last are understood'),
    ...query('Select', '$select is understood'),
    ...query('Format', '$format is understood'),
    ...query('OrderBy', '$orderby is understood'),
    { name: 'MaxPropertyItems', description: 'properties of one resource', value: '100' },
  ],
  System: [yes('SystemComponentTemplateByValue', 'components are described by value')],
  Machine: [
    { name: 'DefaultInitialState', description: 'state of a new Machine', value: 'STOPPED' },
    {
      name: 'InitialStates',
      description: 'states a new Machine may be created in',
      value: 'STARTED,STOPPED',
    },
    yes('MachineTemplateByValue', 'the template may be in the request'),
    yes('MachineConfigByValue', 'cpu and memory instead of a configuration'),
    yes('MachineCredentialByValue', 'account and password in the request'),
    yes('MachineVolumeTemplatesByValue', 'new volumes in the request'),
    yes('MachineStopForce', 'a stop may be forced'),
    { name: 'MachineStopForceDefault', description: 'a stop is clean unless it says force', value: 'false' },
    { name: 'UserData', description: 'user data comes on a disk labelled cidata', value: 'disk' },
  ],
  Credential: [yes('CredentialTemplateByValue', 'the template may be in the request')],
  Volume: [
    yes('VolumeTemplateByValue', 'the template may be in the request'),
    yes('VolumeConfigByValue', 'a capacity instead of a configuration'),
  ],
  Network: [
    yes('NetworkTemplateByValue', 'the template may be in the request'),
    { name: 'DefaultInitialState', description: 'state of a new Network', value: 'STARTED' },
    { name: 'InitialStates', description: 'states a new Network may be created in', value: 'STARTED' },
  ],
  Job: [{ name: 'JobRetention', description: 'minutes that an ended Job is kept; always', value: '525600' }],
  Meter: [
    yes('MeterTemplateByValue', 'the template may be in the request'),
    yes('MeterConfigByValue', 'an aspect instead of a configuration'),
  ],
  EventLog: [yes('Linked', 'a log ends with its resource')],
};

/** Operations that the standard does not have. */
export const EXTENSION_ACTIONS: Partial<Record<TypeName, readonly Readonly<Record<string, string>>[]>> = {
  Efm: ['start', 'stop'].map((name) => ({
    name,
    uri: `action/${name}`,
    description: `${name}s the appliance`,
    method: 'POST',
    inputMessage: 'Action',
    outputMessage: 'Job',
  })),
};
