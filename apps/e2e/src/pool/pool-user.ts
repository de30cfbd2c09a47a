/** An administrator of the pool with a XenAPI tool of his own: does things that OpenVSYS did not ask for. */
export class PoolUser {
  private constructor(
    private readonly url: string,
    private readonly session: string,
  ) {}

  static async login(url: string, name: string, password: string): Promise<PoolUser> {
    const session = await call(url, 'session.login_with_password', [name, password]);
    return new PoolUser(url, String(session));
  }

  /** Throws what the pool answers instead of a result. */
  async call(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return call(this.url, method, [this.session, ...params]);
  }

  /** Makes a halted VM from a template; answers its reference. */
  async makeVm(template: string, name: string): Promise<string> {
    const [source] = (await this.call('VM.get_by_name_label', template)) as readonly string[];
    const vm = String(await this.call('VM.clone', source, name));
    await this.call('VM.provision', vm);
    return vm;
  }

  /** The bytes of a disk, as `xe vdi-export` gets them. */
  async readDisk(vdi: string): Promise<Buffer> {
    const query = new URLSearchParams({ session_id: this.session, vdi, format: 'raw' });
    const answer = await fetch(`${this.url}/export_raw_vdi?${query.toString()}`);
    if (!answer.ok) throw new Error(`the disk cannot be read: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  async vmNamed(name: string): Promise<string> {
    const [vm] = (await this.call('VM.get_by_name_label', name)) as readonly string[];
    if (vm === undefined) throw new Error(`no VM ${name}`);
    return vm;
  }
}

async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${url}/jsonrpc`, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
  if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.result;
}
