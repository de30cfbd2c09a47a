/** Requests to register pools and to change them: only for the provider. */
import { Text, Texts, Uuid, Whole } from '../../../http/fields.js';

export class RegisterPoolRequest {
  @Text({ description: 'Name.', example: 'pool-1', minLength: 1, maxLength: 60 })
  name!: string;

  @Uuid({ description: 'Zone; the only one when there is only one.', optional: true })
  zoneId?: string;

  @Texts({
    description: 'Addresses of its hosts; one is enough, the others are tried when it does not answer.',
    example: ['https://10.0.0.11'],
    minItems: 1,
    maxItems: 64,
  })
  urls!: readonly string[];

  @Text({ description: 'User.', example: 'root', minLength: 1 })
  username!: string;

  @Text({ description: 'Password; stored encrypted, never shown.', example: 'correct-horse', minLength: 1 })
  password!: string;

  @Texts({
    description: 'SHA-256 fingerprints of certificates that are trusted, as hexadecimal digits.',
    example: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    maxItems: 64,
    optional: true,
  })
  certificateFingerprints?: readonly string[];

  @Text({
    description: 'Certificate authority of the pool in PEM, instead of fingerprints.',
    example: '-----BEGIN CERTIFICATE-----…',
    maxLength: 20_000,
    optional: true,
  })
  ca?: string;

  @Whole({ description: 'First VLAN that we may use.', example: 100, minimum: 1, maximum: 4094 })
  vlanFirst!: number;

  @Whole({ description: 'Last VLAN that we may use.', example: 3_999, minimum: 1, maximum: 4094 })
  vlanLast!: number;
}

/** What is left out stays as it is. */
export class ChangePoolRequest {
  @Text({ description: 'Name.', example: 'pool-1', minLength: 1, maxLength: 60, optional: true })
  name?: string;

  @Texts({
    description: 'Addresses of its hosts.',
    example: ['https://10.0.0.11'],
    minItems: 1,
    maxItems: 64,
    optional: true,
  })
  urls?: readonly string[];

  @Text({ description: 'User.', example: 'root', minLength: 1, optional: true })
  username?: string;

  @Text({
    description: 'Password; stored encrypted, never shown.',
    example: 'correct-horse',
    minLength: 1,
    optional: true,
  })
  password?: string;

  @Texts({
    description: 'SHA-256 fingerprints of certificates that are trusted, as hexadecimal digits.',
    example: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    maxItems: 64,
    optional: true,
  })
  certificateFingerprints?: readonly string[];

  @Text({
    description: 'Certificate authority of the pool in PEM, instead of fingerprints.',
    example: '-----BEGIN CERTIFICATE-----…',
    maxLength: 20_000,
    optional: true,
  })
  ca?: string;
}
