/** A story in words, for people. */
import type { Ask, Event, Story } from './story.js';

export function tell({ events, quietFrom, skews }: Story): readonly string[] {
  const skewed = skews.some((skew) => skew !== 0)
    ? [`clocks of workers are wrong by ${skews.slice(0, 4).map(seconds).join(', ')} …`]
    : [];
  const told = events.map((event) => `at ${seconds(event.at)} ${inWords(event)}`);
  return [...skewed, ...told, `from ${seconds(quietFrom)} on nothing goes wrong`];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function inWords(event: Event): string {
  switch (event.is) {
    case 'ask':
      return `tenant ${event.tenant} ${askInWords(event.ask)}${event.twice ? ', and repeats the request' : ''}`;
    case 'kill':
      return `the ${event.whom === 'owner' ? 'worker that owns the pool' : 'standby worker'} is killed`;
    case 'fault': {
      const { method, nth = 1, count, effect } = event.rule;
      return `from the ${nth}. ${method} on${count === undefined ? '' : ` for ${count} calls`} the pool answers with ${effectInWords(effect)}`;
    }
    case 'database-down':
      return `the database is away for ${seconds(event.ms)}`;
    case 'commit':
      return event.fate === 'not-stored'
        ? 'the next commit is lost'
        : 'the answer to the next commit is lost';
    case 'messages':
      return `for ${seconds(event.ms)} ${percent(event.lost)} of the messages are lost and ${percent(event.doubled)} come twice`;
    case 'pool':
      return `the pool: ${event.what}`;
    case 'meddle':
      return `an administrator ${event.how} (server ${event.pick})`;
    case 'strike':
      return `the ${event.nth}. ${event.kind} is hit ${event.moment}: ${event.fault}`;
  }
}

const percent = (part: number): string => `${Math.round(part * 100)} %`;

function effectInWords(effect: { readonly kind: string }): string {
  const details = Object.entries<unknown>(effect).filter(([name]) => name !== 'kind');
  return [effect.kind, ...details.map(([, value]) => String(value))].join(' ');
}

function askInWords(ask: Ask): string {
  if (ask.is === 'create' || ask.is === 'change') {
    const { servers, diskGiB, backNet, type, also } = ask.design;
    const what = [`${servers} web servers ${type}`];
    if (diskGiB > 0) what.push(`a database with ${diskGiB} GiB`);
    if (backNet) what.push('a second network');
    what.push(...also);
    return `${ask.is === 'create' ? 'creates a system' : `changes system ${ask.pick}`}: ${what.join(', ')}`;
  }
  if (ask.is === 'scale') return `scales system ${ask.pick} to ${ask.servers} web servers`;
  if (ask.is === 'power') return `asks to ${ask.verb} a ${ask.of} (${ask.pick})`;
  if (ask.is === 'snapshot')
    return `takes a snapshot of system ${ask.pick}${ask.withMemory ? ' with memory' : ''}`;
  return `asks: ${ask.is === 'part' ? ask.what : ask.is} (${ask.pick})`;
}
