/** Where progress goes: drawn in place on a terminal, one line a change elsewhere. */
import { createLogUpdate } from 'log-update';
import { renderProgress } from './render-progress.js';
import type { ProgressSteps, ProgressView } from './progress-view.js';

export interface Screen {
  line(text: string): void;
  /** Shows how far a VSYS is; replaces what it showed before on a terminal. */
  progress(vsys: ProgressView, steps: ProgressSteps, elapsedMs: number): void;
  /** Leaves the last picture as it is. */
  settle(): void;
}

export function createScreen(output: NodeJS.WriteStream): Screen {
  return output.isTTY ? createTerminalScreen(output) : createPlainScreen(output);
}

function createTerminalScreen(output: NodeJS.WriteStream): Screen {
  const update = createLogUpdate(output, { showCursor: true });
  return {
    line: (text) => {
      update.clear();
      output.write(`${text}\n`);
    },
    progress: (vsys, steps, elapsedMs) => update(renderProgress(vsys, steps, elapsedMs)),
    settle: () => update.done(),
  };
}

/** For logs and pipes: every state is printed once, when it is new. */
export function createPlainScreen(output: { write(text: string): unknown }): Screen {
  const seen = new Map<string, string>();
  const line = (text: string) => void output.write(`${text}\n`);
  const report = (key: string, state: string, describe: string) => {
    if (seen.get(key) === state) return;
    seen.set(key, state);
    line(`  ${describe}`);
  };
  return {
    line,
    settle: () => seen.clear(),
    progress(vsys, steps) {
      for (const part of [...vsys.vnets, ...vsys.publicIps, ...vsys.vservers, ...vsys.vdisks]) {
        report(part.name, part.state, `${part.name} ${part.state}`);
      }
      report(
        'operation',
        steps.state,
        `operation ${steps.state} (${steps.stepsDone}/${steps.stepsTotal} steps)`,
      );
    },
  };
}
