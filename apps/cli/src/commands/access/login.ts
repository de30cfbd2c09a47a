import { whoAmI } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { baseUrlOf, openClient } from '../../api/open-client.js';
import { usageError } from '../../cli-error.js';
import type { LocalContext, Shell } from '../../context.js';
import { saveProfile, type Connection } from '../../profiles.js';
import { identityFacts } from './whoami.js';

const HELP = `
The token is checked at the server and stored in the configuration file, which only its owner can read.
The profile becomes the current one.

Examples:
  $ vsysctl login --url http://127.0.0.1:3000 --token ovs_…
  $ vsysctl login --url https://vsys.example.com --token - < token.txt     # not in the shell's history
  $ vsysctl login --url https://vsys.example.com --token - --profile prod  # beside others`;

/** Name of the profile when the caller does not say. */
const DEFAULT_PROFILE = 'default';

export function registerLogin(program: Command, shell: Shell): void {
  program
    .command('login')
    .summary('store a server and a token')
    .description('Checks a token at a server and stores both under the name of a profile.')
    .addHelpText('after', HELP)
    .action(shell.local(login));
}

async function login({ io, options, output }: LocalContext): Promise<void> {
  const connection = await connectionOf({ io, options, output });
  const client = openClient(connection, io.signal);
  const identity = await answerOf(whoAmI({ client }));
  const name = options.profile ?? io.environment.profile ?? DEFAULT_PROFILE;
  await saveProfile(name, connection, io.environment);
  output.note(`Logged in to ${connection.url} as profile “${name}”.`);
  await output.result(identity, () => identityFacts(identity, output.colors));
}

async function connectionOf({ io, options }: LocalContext): Promise<Connection> {
  const url = options.url ?? io.environment.url;
  const given = options.token ?? io.environment.token;
  if (url === undefined) throw usageError('It is not known where to log in.', 'Give --url.');
  if (given === undefined)
    throw usageError('There is no token.', 'Give --token, or --token - and the token as input.');
  const token = given === '-' ? (await io.readInput()).trim() : given;
  if (!/^[\x21-\x7e]+$/.test(token))
    throw usageError('The token is empty or has spaces.', 'Give it as it was shown.');
  return { url: baseUrlOf(url), token };
}
