import { describe, expect, it } from 'vitest';
import { createLogger, withLogContext, type Logger } from './index.js';

/** Logs through the real logger and answers the lines it wrote. */
function logged(write: (log: Logger) => void): {
  readonly text: string;
  readonly lines: Record<string, unknown>[];
} {
  let text = '';
  const destination = { write: (line: string) => void (text += line) };
  write(createLogger({ name: 'test', level: 'info', destination }));
  const lines = text.split('\n').filter(Boolean);
  return { text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('log lines', () => {
  it('carry the context of the work through awaits, the inner on top of the outer', async () => {
    const seen: Record<string, unknown>[] = [];
    await withLogContext({ requestId: 'r1', orgId: 'o1' }, async () => {
      await Promise.resolve();
      await withLogContext({ operationId: 'op1' }, async () => {
        await Promise.resolve();
        seen.push(...logged((log) => log.info('inner')).lines);
      });
      seen.push(...logged((log) => log.info('outer')).lines);
    });
    expect(seen[0]).toMatchObject({
      msg: 'inner',
      level: 'info',
      requestId: 'r1',
      orgId: 'o1',
      operationId: 'op1',
    });
    expect(seen[1]).toMatchObject({ msg: 'outer', requestId: 'r1' });
    expect(seen[1]).not.toHaveProperty('operationId');
  });

  it('hold no secret: not by field, not in texts, not in errors and their causes', () => {
    const cause = Object.assign(new Error('connect postgresql://app:hunter2@db/x failed'), {
      config: { password: 'hunter2' },
    });
    const error = new Error('call with Bearer hunter2hunter2 refused', { cause });
    const { text } = logged((log) => {
      log.info({ pool: { url: 'https://root:hunter2@pool', Password: 'hunter2' } }, 'pool');
      log.info({
        headers: { authorization: 'Basic hunter2hunter2', cookie: 'hunter2' },
        api_token: 'hunter2',
      });
      log.info({ spec: { servers: [{ name: 'a', userData: 'hunter2' }] } });
      log.error({ err: error }, 'login as postgresql://app:hunter2@db failed');
      log.child({ secretKey: 'hunter2', part: 'b' }).info('child');
      log
        .child({ x: 1 })
        .child({ deep: { token: 'hunter2' } })
        .info('grandchild');
    });
    expect(text).not.toContain('hunter2');
    expect(text).toContain('postgresql://app:[redacted]@db/x');
    expect(text).toContain('"name":"a"');
  });

  it('keep code and cause of an error', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'POOL_FULL' });
    expect(logged((log) => log.error({ err: error }, 'x')).lines[0]).toMatchObject({
      err: { code: 'POOL_FULL', cause: { message: 'inner' } },
    });
  });

  it('survive circles and great depth', () => {
    const circle: Record<string, unknown> = { name: 'c' };
    circle['self'] = circle;
    expect(logged((log) => log.info({ circle }, 'x')).lines[0]).toMatchObject({
      circle: { name: 'c', self: '[circular]' },
    });
  });
});
