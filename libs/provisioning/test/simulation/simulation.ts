/** One system on a pool, told by a seed: what is asked for and what goes wrong meanwhile. Each seed tells the same story every time. */
import type { EngineLog } from '@openvsys/provisioning';
import { srUuid, type OperationId } from '@openvsys/vsys';
import { VSYS } from '../fakes/fixtures.js';
import { Cell } from './cell.js';
import { randomStory, type Event, type Story } from './random-story.js';

export class Simulation extends Cell {
  readonly story: Story;
  readonly operations: OperationId[] = [];

  constructor(seed: number, log?: EngineLog, retell: (story: Story) => Story = (story) => story) {
    super(seed, log === undefined ? {} : { log });
    const [sr] = this.sim.pool.db.rows('SR').filter((row) => row.text('type') === 'nfs');
    this.story = retell(randomStory(this.random, srUuid(sr?.uuid ?? '')));
  }

  /** Tells the story to its end and waits until everything has ended. */
  async run(): Promise<void> {
    this.startWorkers();
    const begin = this.clock.now().getTime();
    for (const event of this.story.events) {
      await this.passUntil(begin + event.at);
      this.#happen(event);
    }
    await this.passUntil(begin + this.story.quietFrom);
    this.calm();
    await this.passWhile(() => !this.#hasEnded());
  }

  #happen(event: Event): void {
    switch (event.is) {
      case 'admit':
        // A deleted system cannot be changed; the API refuses it.
        if (this.operations.length > 0 && this.database.system(VSYS).deleted) return;
        this.operations.push(this.database.admit(event.spec, event.onFailure));
        return;
      case 'cancel': {
        const last = this.operations.at(-1);
        if (last !== undefined) this.database.operation(last).cancelRequested = true;
        return;
      }
      default:
        this.befall(event);
    }
  }

  /** Like a person who resumes what was parked by a mishap, now that there are none any more. */
  #hasEnded(): boolean {
    const last = this.operations.at(-1);
    if (last !== undefined) this.resumeParked(VSYS, last);
    return this.isReached(VSYS) && this.database.openActions.length === 0;
  }

  protected override look(): void {
    const names = new Set<string>();
    for (const vm of this.sim.pool.db.rows('VM')) {
      const name = vm.text('name_label');
      if (!name.startsWith(VSYS)) continue;
      if (names.has(name)) this.violate(`two VMs are ${name}`);
      names.add(name);
    }
  }
}
