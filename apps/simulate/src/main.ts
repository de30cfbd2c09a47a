/**
 * `npm run simulate -- --seeds 10000`: tells that many stories and says what went wrong.
 *
 *   --from N      first seed (1)            --seed N    only this one, with its digest; with --story in words
 *   --story       what happens, line by line --told FILE  the story of a file of regressions
 *   --coverage    also stories that aim at crash points that were not reached, then the table of them
 *   --sabotage    makes deliberate mistakes, one after the other, and says after how many stories each is noticed
 *   --keep        stories that went wrong are kept in the folder of regressions, made shorter
 *   --minutes N   ends after that time, with the figures of what was told   --json FILE  the figures
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { Campaign } from './campaign/campaign.js';
import { keepRegression, type Regression } from './campaign/regressions.js';
import { proveSabotages } from './campaign/prove-sabotages.js';
import { Progress } from './campaign/progress.js';
import { shrink } from './shrink/shrink.js';
import { randomStory } from './story/random-story.js';
import type { Story } from './story/story.js';
import { tell } from './story/tell.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    told: { type: 'string' },
    story: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    sabotage: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    minutes: { type: 'string', default: 'Infinity' },
    json: { type: 'string' },
  },
});

const campaign = new Campaign();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.seed !== undefined) await tellOne(randomStory(Number(values.seed)));
else if (values.told !== undefined)
  await tellOne((JSON.parse(readFileSync(values.told, 'utf8')) as Regression).story);
else if (values.sabotage) await proveAll();
else await tellMany(Number(values.from), Number(values.seeds));
await campaign.close();
// Clients of killed workers wait for ever.
process.exit(campaign.figures.found.length === 0 ? 0 : 1);

async function tellOne(story: Story): Promise<void> {
  for (const line of tell(story)) say(line);
  const outcome = await campaign.count(story);
  if (values.story) for (const line of outcome.lines) say(line);
  say(`seed ${story.seed}: digest ${outcome.digest}, ${outcome.operations} operations`);
  for (const violation of outcome.violations) say(`VIOLATION ${violation}`);
}

async function tellMany(from: number, count: number): Promise<void> {
  const progress = new Progress(campaign.figures, count);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const isTime = (): boolean => performance.now() < until;
  for (let seed = from; seed < from + count && isTime(); seed += 1) {
    await judge(randomStory(seed));
    progress.show();
  }
  if (values.coverage)
    for (const story of campaign.coverage.directed()) {
      if (!isTime()) break;
      await judge(story);
      progress.show();
    }
  for (const line of progress.summary(campaign.coverage)) say(line);
  if (values.coverage) for (const row of campaign.coverage.table()) say(`| ${row.join(' | ')} |`);
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify(progress.asJson(campaign.coverage)));
}

async function proveAll(): Promise<void> {
  for await (const { sabotage, after, how } of proveSabotages(campaign, 3))
    say(`| ${sabotage.name} | ${sabotage.mistake} | ${after ?? 'not noticed'} | ${how} |`);
}

async function judge(story: Story): Promise<void> {
  const { violations } = await campaign.count(story);
  const [first] = violations;
  if (first === undefined) return;
  say(`\nseed ${story.seed}: ${violations.join('\n  ')}`);
  const short = await shrink(story, first, async (candidate) => await campaign.wrongOf(candidate));
  for (const line of tell(short)) say(`  ${line}`);
  const file = values.keep ? keepRegression({ was: first, story: short }) : undefined;
  say(
    `  again: npm run simulate -- ${file === undefined ? `--seed ${story.seed} --story` : `--told ${file} --story`}`,
  );
}
