/**
 * The files of a config drive as cloud-init's data source NoCloud reads them. JSON is YAML, so everything is written as
 * JSON: no text of a user can break out of its place.
 */
import type { VNetId } from '../../ids.js';
import type { DesignLogin } from '../bind/vsys-design.js';
import { ipv4FromNumber, ipv4Range } from '../ipv4.js';
import { PREFIX6 } from '../ipv6.js';
import { isVNet, type VNetSpec, type VServerSpec } from '../vsys-spec.js';

/** The instance id is the server's id: a server that was stopped and started is the same instance. */
export const metaDataOf = ({ id, name }: Pick<VServerSpec, 'id' | 'name'>): string =>
  jsonFile({ 'instance-id': id, 'local-hostname': name });

/** cloud-init's network configuration, version 2; interfaces are found by their MAC. */
export function networkConfigOf({
  server,
  nets,
  routed,
}: {
  readonly server: Pick<VServerSpec, 'nics'>;
  readonly nets: ReadonlyMap<VNetId, VNetSpec>;
  readonly routed: ReadonlySet<VNetId>;
}): string {
  let hasDefault = false;
  const ethernets = server.nics.flatMap(({ device, mac, ipv4, ipv6, net }) => {
    const spec = isVNet(net) ? nets.get(net) : undefined;
    if (spec === undefined) return [];
    const range = ipv4Range(spec.cidr);
    // The first routed network has the way out; a second default route would take half of the answers.
    const isWayOut = !hasDefault && routed.has(spec.id);
    hasDefault ||= isWayOut;
    const addresses = [`${ipv4}/${range.prefix}`, ...(ipv6 === undefined ? [] : [`${ipv6}/${PREFIX6}`])];
    const routes = isWayOut ? { routes: [{ to: '0.0.0.0/0', via: ipv4FromNumber(range.gateway) }] } : {};
    return [[`nic${device}`, { match: { macaddress: mac }, addresses, ...routes }]];
  });
  return jsonFile({ version: 2, ethernets: Object.fromEntries(ethernets) as object });
}

/** cloud-init merges it below the user data, so a user's own cloud-config wins. */
export function vendorDataOf({ user, password, sshKeys }: DesignLogin): string {
  const account = {
    name: user,
    groups: 'sudo,wheel',
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    shell: '/bin/bash',
    lock_passwd: password === undefined,
    ...(password === undefined ? {} : { plain_text_passwd: password }),
    ssh_authorized_keys: sshKeys,
  };
  return `#cloud-config\n${jsonFile({ users: ['default', account], ssh_pwauth: password !== undefined })}`;
}

const jsonFile = (value: object): string => `${JSON.stringify(value)}\n`;
