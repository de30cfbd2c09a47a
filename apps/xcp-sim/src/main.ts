// Purpose: the simulator as a process: options in, one JSON line when ready, a clean end on SIGTERM and SIGINT.
import { coverageReport, startSimServer } from '@openvsys/xcp-sim';
import { helpText, readCommandLine } from './command-line.js';
import { measureFleet } from './measure-fleet.js';
import { findSavedState, StateFile } from './state-file.js';
import { makeCertificates, type HostCertificate } from './host-certificates.js';
import { readConfig, type SimulatorConfig } from './simulator-config.js';

async function main(): Promise<void> {
  const { command, environment } = readCommandLine(process.argv.slice(2), process.env);
  if (command === 'help') process.stdout.write(helpText());
  else if (command === 'coverage') process.stdout.write(coverageReport());
  else if (command === 'measure-fleet') await measureFleet(environment);
  else await serve(readConfig(environment));
}

async function serve(config: SimulatorConfig): Promise<void> {
  const state = config.stateFile === undefined ? undefined : await findSavedState(config.stateFile);
  const server = await startSimServer({
    ...config.server,
    tls: await certificatesFor(config),
    ...(state === undefined ? {} : { state }),
  });
  const file = config.stateFile === undefined ? undefined : new StateFile(config.stateFile, server.pool);
  // The first save makes the pool's identity durable before anybody can refer to it.
  await file?.save();
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await file?.close();
    await server.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
  if (config.exitWithStdin) process.stdin.resume().once('end', () => void end());
  process.stdout.write(`${JSON.stringify({ ready: true, hosts: server.hosts, admin: server.admin })}\n`);
}

async function certificatesFor(config: SimulatorConfig): Promise<HostCertificate[]> {
  if (!config.wantsTls) return [];
  try {
    return await makeCertificates(config.hostCount, config.advertisedName);
  } catch (error) {
    process.stderr.write(
      `XCP_SIM_TLS=1, but no certificate could be made (${String(error)}); serving plain HTTP\n`,
    );
    return [];
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
