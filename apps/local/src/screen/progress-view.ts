/** What the progress display needs to know; the API's answers fit it. */
export interface PartRow {
  readonly name: string;
  readonly state: string;
  readonly reason?: string | null;
}

export interface ServerRow extends PartRow {
  readonly id: string;
  readonly kind: string;
  readonly type: string;
  readonly nics: readonly { readonly ipv4: string }[];
}

export interface ProgressView {
  readonly id: string;
  readonly name: string;
  readonly phase: string;
  readonly vservers: readonly ServerRow[];
  readonly vdisks: readonly (PartRow & { readonly sizeGiB: number })[];
  readonly vnets: readonly (PartRow & { readonly cidr: string })[];
  readonly publicIps: readonly (PartRow & { readonly address: string })[];
}

export interface ProgressSteps {
  readonly state: string;
  readonly stepsDone: number;
  readonly stepsTotal: number;
}
