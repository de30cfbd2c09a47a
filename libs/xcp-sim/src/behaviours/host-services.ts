// Purpose: what a host tells and lets one set about itself beside its VMs: logs, time, display, licence, caching, power
// saving, its management interface.
import { invalidValue, XenFailure } from '../core/failure.js';
import { isBondSlave, requireManaged } from './pif-rules.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** A message about one host, named by the first argument. */
function ofHost(
  run: (sim: SimPool, host: Row, args: Args, call: Call) => ReturnType<Behaviour['run']>,
): Behaviour {
  return quick((call, args) => run(call.sim, call.sim.db.get('host', args.ref(0)), args, call));
}

/** Licence files ended with XenServer 6.2. */
const fileDeprecated = ofHost(() => {
  throw new XenFailure('LICENSE_FILE_DEPRECATED');
});

/** The display changes at the next start of the host only; asking back cancels the wish. */
const DISPLAY_ON: Readonly<Record<string, string>> = {
  disabled: 'enable_on_reboot',
  disable_on_reboot: 'enabled',
};
const DISPLAY_OFF: Readonly<Record<string, string>> = {
  enabled: 'disable_on_reboot',
  enable_on_reboot: 'disabled',
};

function switchDisplay(steps: Readonly<Record<string, string>>): Behaviour {
  return ofHost((sim, host) => {
    const display = steps[host.text('display')] ?? host.text('display');
    sim.db.update(host, { display });
    return display;
  });
}

/** The kernel's own words at start, as far as there is a kernel. */
function kernelLog(host: Row): string {
  const { xen = '', linux = '' } = host.map('software_version');
  return `[    0.000000] Linux version ${linux}\n[    0.000000] Xen version: ${xen} (preserve-AD)\n`;
}

/** @throws XenFailure SR_DOES_NOT_SUPPORT_LOCAL_CACHING */
function enableCaching(sim: SimPool, host: Row, sr: Row): void {
  const driver = sim.db.rows('SM').find((row) => row.text('type') === sr.text('type'));
  const supported = Object.hasOwn(driver?.map('features') ?? {}, 'SR_SUPPORTS_LOCAL_CACHING');
  if (!supported) throw new XenFailure('SR_DOES_NOT_SUPPORT_LOCAL_CACHING', sr.ref);
  sim.db.update(host, { local_cache_sr: sr.ref });
}

/** Every host caches on its first storage that can; one that has none fails the whole. */
function enableCachingEverywhere(sim: SimPool): void {
  const failed: string[] = [];
  for (const host of sim.db.rows('host')) {
    const local = sim.db
      .follow('PBD', host.set('PBDs'))
      .map((pbd) => sim.db.find('SR', pbd.link('SR')))
      .filter((sr) => sr !== undefined && !sr.bool('shared'));
    const enabled = local.some((sr) => sr !== undefined && tryCaching(sim, host, sr));
    if (!enabled) failed.push(host.ref);
  }
  if (failed.length > 0) throw new XenFailure('HOSTS_FAILED_TO_ENABLE_CACHING', ...failed);
}

function tryCaching(sim: SimPool, host: Row, sr: Row): boolean {
  try {
    enableCaching(sim, host, sr);
    return true;
  } catch {
    return false;
  }
}

function disableCaching(sim: SimPool, host: Row): void {
  sim.db.update(host, { local_cache_sr: NULL_REF });
}

/** @throws XenFailure HA_IS_ENABLED, PIF_UNMANAGED, CANNOT_PLUG_BOND_SLAVE, PIF_HAS_NO_NETWORK_CONFIGURATION */
function moveManagement(sim: SimPool, pif: Row): void {
  if (sim.pool.bool('ha_enabled')) throw new XenFailure('HA_IS_ENABLED');
  requireManaged(pif);
  if (isBondSlave(pif)) throw new XenFailure('CANNOT_PLUG_BOND_SLAVE', pif.ref);
  const isIpv6 = pif.text('primary_address_type') === 'IPv6';
  if (!isIpv6 && pif.text('ip_configuration_mode') === 'None')
    throw new XenFailure('PIF_HAS_NO_NETWORK_CONFIGURATION', pif.ref);
  if (isIpv6 && pif.text('ipv6_configuration_mode') === 'None')
    throw new XenFailure('PIF_HAS_NO_V6_NETWORK_CONFIGURATION', pif.ref);
  const host = sim.db.get('host', pif.link('host'));
  for (const other of sim.db.follow('PIF', host.set('PIFs')))
    sim.db.update(other, { management: other === pif });
  sim.db.update(pif, { currently_attached: true });
}

/** `""`, `N` or `N,M`: the deepest sleep of a CPU, and of its parts. @throws XenFailure INVALID_VALUE */
function requireCstate(text: string): void {
  if (text !== '' && !/^\d+(,\d+)?$/.test(text)) throw invalidValue('max_cstate', text);
}

const TIMEZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

export const HOST_SERVICES: BehaviourTable = {
  'host.dmesg': ofHost((_sim, host) => kernelLog(host)),
  'host.dmesg_clear': ofHost((_sim, host) => kernelLog(host)),
  'host.get_log': ofHost(
    (sim, host) =>
      `${new Date(sim.clock.now()).toISOString()} ${host.text('hostname')} xapi: simulated host\n`,
  ),
  'host.send_debug_keys': ofHost(() => undefined),
  'host.rescan_drivers': ofHost(() => undefined),
  'Host_driver.rescan': ofHost(() => undefined),
  'PUSB.scan': ofHost(() => undefined),
  'host.get_system_status_capabilities': ofHost(
    () => '<?xml version="1.0" ?>\n<system-status-capabilities/>\n',
  ),
  'host.license_add': fileDeprecated,
  'host.license_remove': fileDeprecated,
  'host.enable_display': switchDisplay(DISPLAY_ON),
  'host.disable_display': switchDisplay(DISPLAY_OFF),
  'host.enable_local_storage_caching': ofHost((sim, host, args) =>
    enableCaching(sim, host, sim.db.get('SR', args.ref(1))),
  ),
  'host.disable_local_storage_caching': ofHost((sim, host) => disableCaching(sim, host)),
  'pool.enable_local_storage_caching': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    enableCachingEverywhere(sim);
  }),
  'pool.disable_local_storage_caching': quick(({ sim }, args) => {
    sim.db.get('pool', args.ref(0));
    for (const host of sim.db.rows('host')) disableCaching(sim, host);
  }),
  'host.management_reconfigure': quick(({ sim }, args) =>
    moveManagement(sim, sim.db.get('PIF', args.ref(0))),
  ),
  'host.set_max_cstate': ofHost((sim, host, args) => {
    requireCstate(args.text(1));
    sim.db.update(host, { max_cstate: args.text(1) });
  }),
  // Both also stand in the map, where older storage drivers read them.
  'host.set_iscsi_iqn': ofHost((sim, host, args) => {
    if (args.text(1) === '') throw invalidValue('value', '');
    sim.db.update(host, {
      iscsi_iqn: args.text(1),
      other_config: { ...host.map('other_config'), iscsi_iqn: args.text(1) },
    });
  }),
  'host.set_multipathing': ofHost((sim, host, args) => {
    sim.db.update(host, {
      multipathing: args.flag(1),
      other_config: { ...host.map('other_config'), multipathing: String(args.flag(1)) },
    });
  }),
  'host.set_uefi_certificates': ofHost(() => {
    throw new XenFailure(
      'OPERATION_NOT_ALLOWED',
      'To set UEFI certificates use: `Pool.set_custom_uefi_certificates`',
    );
  }),
  'host.get_sched_gran': ofHost(() => 'cpu'),
  'host.list_timezones': ofHost(() => TIMEZONES),
  'host.set_timezone': ofHost((sim, host, args) => {
    if (!TIMEZONES.includes(args.text(1))) throw invalidValue('timezone', args.text(1));
    sim.db.update(host, { timezone: args.text(1) });
  }),
  'host.set_ntp_mode': ofHost((sim, host, args) => {
    if (args.text(1) === 'Custom' && host.set('ntp_custom_servers').length === 0)
      throw new XenFailure(
        'INVALID_NTP_CONFIG',
        "Can't set ntp_mode to Custom when ntp_custom_servers is empty",
      );
    sim.db.update(host, { ntp_mode: args.text(1) });
  }),
  'host.set_ntp_custom_servers': ofHost((sim, host, args) => {
    if (args.texts(1).length === 0 && host.text('ntp_mode') === 'Custom')
      throw new XenFailure(
        'INVALID_NTP_CONFIG',
        "Can't set ntp_custom_servers empty when ntp_mode is Custom",
      );
    sim.db.update(host, { ntp_custom_servers: [...args.texts(1)] });
  }),
  'host.get_ntp_synchronized': ofHost((_sim, host) => host.text('ntp_mode') !== 'Disabled'),
  'host.get_ntp_servers_status': ofHost((_sim, host) =>
    Object.fromEntries(host.set('ntp_custom_servers').map((server) => [server, 'synchronized'])),
  ),
  'host.set_servertime': ofHost((_sim, host) => {
    if (host.text('ntp_mode') !== 'Disabled')
      throw new XenFailure('NOT_ALLOWED_WHEN_NTP_IS_ENABLED', host.ref);
    throw new XenFailure('NOT_IMPLEMENTED', 'host.set_servertime');
  }),
  // Programs are not remembered by what they call themselves.
  'host.get_tracked_user_agents': ofHost(() => ({})),
  'host.emergency_clear_mandatory_guidance': quick(({ sim, host }) => {
    sim.db.update(host, { pending_guidances: [] });
  }),
  'host.retrieve_wlb_evacuate_recommendations': ofHost(() => {
    throw new XenFailure('WLB_NOT_INITIALIZED');
  }),
};
