/**
 * Which ways through functions were gone: V8's precise coverage of this process, asked input by input. V8 tells of a function what
 * did not run in it, so a way is the function with all its blocks, those that ran and those that did not.
 */
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

export class Coverage {
  private readonly session = new Session();

  private constructor() {}

  static async start(): Promise<Coverage> {
    const coverage = new Coverage();
    coverage.session.connect();
    await coverage.session.post('Profiler.enable');
    await coverage.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  /** The ways that were gone since the last look. Those through Node.js itself do not count. */
  async take(): Promise<readonly string[]> {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => url !== '' && !url.startsWith('node:'))
      .flatMap(({ scriptId, functions }) =>
        functions
          .filter(({ ranges }) => ranges[0]?.count !== 0)
          .map(({ ranges }) => [scriptId, ...ranges.map(blockOf)].join(' ')),
      );
  }

  async stop(): Promise<void> {
    await this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }
}

const blockOf = ({ startOffset, endOffset, count }: Profiler.CoverageRange): string =>
  [startOffset, endOffset, count > 0].join(':');
