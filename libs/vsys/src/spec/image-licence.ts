/** What has to be paid to somebody else for each running server that was made from an image. */

/** A licence for the machine, or one for each of its virtual processors. */
export const LICENCE_UNITS = ['server', 'vcpu'] as const;
export type LicenceUnit = (typeof LICENCE_UNITS)[number];

export interface ImageLicence {
  /** As price lists name it, e.g. `windows-server`. */
  readonly product: string;
  readonly unit: LicenceUnit;
}

/** How many licences one running server needs. */
export const licencesOf = ({ unit }: ImageLicence, vcpus: number): number => (unit === 'vcpu' ? vcpus : 1);
