/** Looks into the simulated pool past everything of ours: what is really there. */
export interface PoolObjects {
  readonly vms: readonly PoolVm[];
  readonly vdis: number;
  readonly vifs: number;
  readonly vbds: number;
  readonly networks: number;
  readonly vlans: number;
}

export interface PoolVm {
  readonly name: string;
  readonly powerState: string;
}

type Table = readonly Readonly<Record<string, unknown>>[];

export class SimulatorTables {
  constructor(private readonly adminUrl: string) {}

  /** VMs without templates and control domains, and how many of everything else there is. */
  async look(): Promise<PoolObjects> {
    const [vms, vdis, vifs, vbds, networks, vlans] = await Promise.all(
      ['VM', 'VDI', 'VIF', 'VBD', 'network', 'VLAN'].map(async (name) => this.read(name)),
    );
    return {
      vms: (vms ?? [])
        .filter((vm) => vm['is_a_template'] !== true && vm['is_control_domain'] !== true)
        .map((vm) => ({ name: String(vm['name_label']), powerState: String(vm['power_state']) })),
      // Hidden base copies below images are the storage's own business; it removes them when it comes to it.
      vdis: vdis?.filter((vdi) => vdi['managed'] !== false).length ?? 0,
      vifs: vifs?.length ?? 0,
      vbds: vbds?.length ?? 0,
      networks: networks?.length ?? 0,
      vlans: vlans?.length ?? 0,
    };
  }

  private async read(name: string): Promise<Table> {
    const answer = await fetch(`${this.adminUrl}/tables/${name}`);
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} for its table ${name}`);
    const body = (await answer.json()) as Table | Readonly<Record<string, Table[number]>>;
    return Array.isArray(body) ? (body as Table) : Object.values(body);
  }
}
