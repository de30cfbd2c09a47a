/**
 * `npm start`: brings everything up, deploys the three-tier example once, says where everything is, stays up.
 *
 *   bring up ─► first start? plan, create, follow ─► print URLs ─► Ctrl-C ─► stop in order
 */
import type { LocalConfig } from '@openvsys/config';
import { Decimal } from 'decimal.js';
import colors from 'picocolors';
import type { Cloud, Money } from './deploy/cloud.js';
import { connectCloud } from './deploy/connect-cloud.js';
import { followOperation, requireSuccess } from './deploy/follow-operation.js';
import { untilInterrupted } from './interruption.js';
import { createScreen, type Screen } from './screen/screen.js';
import { bringUp, type Stack } from './stack/bring-up.js';

const EXAMPLE = { name: 'shop', descriptor: 'three-tier', parameters: {} } as const;

/** A simulated pool takes about half a minute; a real one copies images first. */
const DEPLOY_LIMIT_MS = 30 * 60_000;

export async function runStart(config: LocalConfig, signal: AbortSignal): Promise<number> {
  const screen = createScreen(process.stdout);
  const stack = await bringUp({ config, workers: 1, onNotice: (text) => screen.line(colors.yellow(text)) });
  try {
    const cloud = connectCloud(stack.apiUrl, stack.credentials);
    const price = await ensureExample(cloud, screen, signal);
    for (const line of describe(stack, price)) screen.line(line);
    const end = await Promise.race([stack.broken, untilInterrupted(signal)]);
    if (end !== undefined) throw new Error(end);
    screen.line('\nStopping …');
    return 0;
  } finally {
    await stack.stop();
    screen.line('Stopped.');
  }
}

/** Deploys the example unless an earlier start did; answers its price. */
async function ensureExample(cloud: Cloud, screen: Screen, signal: AbortSignal): Promise<Money> {
  const existing = await cloud.findVsysByName(EXAMPLE.name);
  if (existing) {
    screen.line(
      `\nFound ${colors.bold(existing.name)} ${existing.id} of an earlier start: ${existing.phase}`,
    );
    return existing.price;
  }
  const plan = await cloud.planVsys(EXAMPLE);
  const seconds = Math.round(plan.estimateMs / 1000);
  screen.line(
    `\nPlan for ${EXAMPLE.descriptor}: ${plan.steps.length} steps, about ${seconds} s, ${priceOf(plan.price)}`,
  );
  const { vsysId, operationId } = await cloud.createVsys(EXAMPLE);
  requireSuccess(
    await followOperation({ cloud, screen, vsysId, operationId, signal, limitMs: DEPLOY_LIMIT_MS }),
  );
  return plan.price;
}

function priceOf({ perHour, perMonth, currency }: Money): string {
  return `${shortest(perHour)} ${currency} an hour (${shortest(perMonth)} a month)`;
}

/** Without the zeros that only say how exactly it was reckoned. */
function shortest(amount: string): string {
  return new Decimal(amount).toFixed();
}

function describe(stack: Stack, price: Money): readonly string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['API', `${stack.apiUrl}/v1`],
    ['Swagger UI', `${stack.apiUrl}/docs`],
    ['Queue board', `${stack.apiUrl}/queues?token=${stack.credentials.providerToken}`],
    ...(stack.pool.adminUrl === undefined ? [] : [['Simulated pool', stack.pool.adminUrl] as const]),
    ['Price', priceOf(price)],
    ['Tenant token', stack.credentials.tenantToken],
    ['Provider token', stack.credentials.providerToken],
    ['Data and logs', stack.folder.path],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    ...rows.map(([name, value]) => `  ${colors.bold(name.padEnd(width))}  ${value}`),
    '',
    'Ctrl-C stops everything.',
  ];
}
