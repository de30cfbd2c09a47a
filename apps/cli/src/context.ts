/** What every command stands on: the connection, the output, and the key that makes a repeat safe. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@openvsys/api-client';
import type { Command } from 'commander';
import { changesUnder, type SendChange } from './api/change.js';
import { openClient } from './api/open-client.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { findWatching, repeat } from './live/watching.js';
import { Output } from './output/output.js';
import type { OutputFormat } from './output/render.js';
import { getConnection } from './profiles.js';

export interface GlobalOptions {
  readonly output: OutputFormat;
  readonly url?: string;
  readonly token?: string;
  readonly profile?: string;
  readonly color: boolean;
  readonly quiet?: true;
  readonly idempotencyKey?: string;
  readonly reason?: string;
}

/** For commands that need no server. */
export interface LocalContext {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly output: Output;
}

export interface Context extends LocalContext {
  readonly client: Client;
  readonly change: SendChange;
}

/** What a command answers; nothing means done. */
export type Outcome = ExitCode | undefined | void;

/** Runs one command: takes what it needs from the command line and remembers how it ended. */
export class Shell {
  exitCode: ExitCode = EXIT.done;

  constructor(readonly io: Io) {}

  /** An action that talks to the server. Arguments are those that commander gives: arguments, then options. */
  connected<Args extends unknown[]>(work: (context: Context, ...args: Args) => Promise<Outcome>) {
    return this.local<Args>(async (local, ...args) => {
      const context = await this.connect(local);
      const watching = findWatching(args.at(-1));
      if (watching === undefined) return work(context, ...args);
      return repeat(local, watching, async () => work(context, ...args));
    });
  }

  /** An action that does not. */
  local<Args extends unknown[]>(work: (context: LocalContext, ...args: Args) => Promise<Outcome>) {
    return async (...given: [...Args, Command]): Promise<void> => {
      const command = given.at(-1) as Command;
      const args = given.slice(0, -1) as Args;
      this.exitCode = (await work(this.open(command), ...args)) ?? EXIT.done;
    };
  }

  private open(command: Command): LocalContext {
    const options = command.optsWithGlobals<GlobalOptions>();
    const output = new Output(this.io, {
      format: options.output,
      colors: options.color ? 'allowed' : 'none',
      talk: options.quiet === true ? 'results' : 'everything',
    });
    return { io: this.io, options, output };
  }

  private async connect(local: LocalContext): Promise<Context> {
    const connection = await getConnection(local.options, this.io.environment);
    return {
      ...local,
      client: openClient(connection, this.io.signal, local.options.reason),
      change: changesUnder(local.options.idempotencyKey ?? randomUUID()),
    };
  }
}
