/** What all runs of a process share: the database with its template, the API, and two tenants with their tokens. */
import { Database, SecretBox, seedDemo } from '@openvsys/persistence';
import { SeededRandom } from '../chance/seeded-random.js';
import { Template, VIRTUAL_TIME } from '../database/schema.js';
import { SimulatedServer } from '../database/simulated-server.js';
import { enterWorld } from '../time/virtual-process.js';
import { Api } from './api.js';

export interface Tenant {
  readonly name: string;
  readonly token: string;
  readonly vdcId: string;
  /** Where systems can be moved to. */
  readonly otherVdcId: string;
}

export const URL_OF_DATABASE = 'postgres://openvsys:simulated@database/openvsys';
const SECRET_KEY = new Uint8Array(32).fill(9);
/** Some minutes before a full hour, so that most runs see an hour end, in the night of a change of the clocks in Berlin. */
export const BEGIN = Date.UTC(2026, 2, 29, 0, 53);
/** Hosts of the pool are reached by port. */
export const FIRST_PORT = 9001;
const HOSTS = 3;
const TOKENS = { providerAdmin: `ovs_${'p'.repeat(43)}`, demoAdmin: `ovs_${'d'.repeat(43)}` };

export class Installation {
  readonly secrets = new SecretBox(SECRET_KEY);
  /** Of the run that is going on. */
  now: () => number = () => BEGIN;

  readonly providerToken = TOKENS.providerAdmin;

  private constructor(
    readonly server: SimulatedServer,
    readonly api: Api,
    /** For looking behind the API, by nobody in the story. */
    readonly judge: Database,
    readonly tenants: readonly Tenant[],
    private readonly template: Template,
  ) {}

  static async start(): Promise<Installation> {
    const time: { now: () => number } = { now: () => BEGIN };
    enterWorld({ now: () => time.now(), random: new SeededRandom(1) });
    const server = await SimulatedServer.start(() => time.now());
    await server.run(VIRTUAL_TIME);
    const connect = async (owner: string) =>
      await Database.connect({ url: URL_OF_DATABASE, openStream: () => server.openStream(owner) });
    const [database, judge] = [await connect('api'), await connect('judge')];
    await database.migrate();
    const secrets = new SecretBox(SECRET_KEY);
    const demo = await seedDemo(database, {
      secrets,
      pool: {
        urls: Array.from({ length: HOSTS }, (_, n) => `http://127.0.0.1:${FIRST_PORT + n}`),
        username: 'root',
        password: 'secret',
        certificateFingerprint: null,
      },
      tokens: TOKENS,
      descriptors: [],
      at: new Date(BEGIN),
    });
    const api = await Api.start(database, secrets);
    const first = {
      name: 'demo',
      token: TOKENS.demoAdmin,
      vdcId: demo.vdcId,
      otherVdcId: await makeVdc(api, {
        name: 'second',
        zoneId: demo.zoneId,
        organizationId: demo.organizationId,
      }),
    };
    const second = await makeTenant(api, demo.zoneId);
    const template = await Template.take(server);
    const made = new Installation(server, api, judge, [first, second], template);
    time.now = () => made.now();
    return made;
  }

  /** As it was when it was made. */
  async reset(): Promise<void> {
    this.server.comeBack();
    this.server.forgetFates();
    await this.template.reset();
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.server.close();
  }
}

async function make(api: Api, path: string, body: object) {
  const answer = await api.ask({ method: 'POST', path, token: TOKENS.providerAdmin, body });
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer.body as { readonly id: string; readonly token?: string; readonly text?: string };
}

async function makeVdc(
  api: Api,
  vdc: { readonly name: string; readonly zoneId: string; readonly organizationId: string },
): Promise<string> {
  return (await make(api, '/v1/vdcs', vdc)).id;
}

async function makeTenant(api: Api, zoneId: string): Promise<Tenant> {
  const organization = { contract: 'OTHER001', name: 'Other', timeZone: 'UTC' };
  const { id: organizationId } = await make(api, '/v1/organizations', organization);
  const vdcId = await makeVdc(api, { name: 'main', zoneId, organizationId });
  const otherVdcId = await makeVdc(api, { name: 'second', zoneId, organizationId });
  const token = await make(api, '/v1/tokens', { name: 'caller', roles: ['org-admin'], organizationId });
  return { name: 'other', token: token.token ?? token.text ?? '', vdcId, otherVdcId };
}
