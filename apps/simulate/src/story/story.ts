/** What happens in one run: plain data, so that it can be stored, shortened and told again. */
import type { ActionKind } from '@openvsys/vsys';
import type { FaultRule } from '@openvsys/xcp-sim';
import type { Fault, Moment } from '../coverage/cells.js';

/** What a caller asks for. `pick` says of which of his systems (servers, snapshots), by place in the list of those he knows. */
export type Ask =
  | { readonly is: 'create'; readonly design: Design }
  | { readonly is: 'change'; readonly design: Design; readonly pick: number }
  | { readonly is: 'scale'; readonly servers: number; readonly pick: number }
  | {
      readonly is: 'power';
      readonly verb: PowerVerb;
      readonly of: 'system' | 'server';
      readonly pick: number;
    }
  | { readonly is: 'snapshot'; readonly withMemory: boolean; readonly pick: number }
  | { readonly is: 'revert' | 'drop-snapshot'; readonly pick: number }
  | { readonly is: 'delete' | 'cancel' | 'resume' | 'look' | 'look-abroad'; readonly pick: number }
  | { readonly is: 'part'; readonly what: PartWish; readonly pick: number };
export type PowerVerb = 'start' | 'stop' | 'restart';

/** What is asked of one part of a system by a route of its own, or of the system as a whole beside its design. */
export const PART_WISHES = [
  'add-server',
  'drop-server',
  'rebuild-server',
  'resize-server',
  'rescue-server',
  'end-rescue',
  'add-disk',
  'grow-disk',
  'attach-disk',
  'detach-disk',
  'drop-disk',
  'add-nic',
  'drop-nic',
  'add-net',
  'drop-net',
  'add-address',
  'drop-address',
  'add-module',
  'drop-module',
  'back-up',
  'restore',
  'restore-anew',
  'drop-backup',
  'clone',
  'transfer',
  'roll-back',
] as const;
export type PartWish = (typeof PART_WISHES)[number];

/** The systems of the stories: web servers, and when `diskGiB` is not 0 a database with a disk of that size. */
export interface Design {
  readonly servers: number;
  readonly diskGiB: number;
  /** A second network, and on each web server a NIC in it. */
  readonly backNet: boolean;
  readonly type: 'standard.tiny' | 'standard.small';
  readonly also: readonly Extra[];
}

/**
 * `public-ip`: an address of the internet, used by a firewall · `balancer`: a load balancer before the web servers ·
 * `config-drive`: web servers get a drive for their first boot · `waits`: the database counts as started a while after it was ·
 * `loose-disk`: the disk hangs on no server · `other-address`: of the database · `paused`, `suspended`: the database is
 */
export const EXTRAS = [
  'public-ip',
  'balancer',
  'config-drive',
  'waits',
  'loose-disk',
  'other-address',
  'paused',
  'suspended',
] as const;
export type Extra = (typeof EXTRAS)[number];

export type Happening =
  | { readonly is: 'ask'; readonly tenant: number; readonly ask: Ask; readonly twice: boolean }
  | { readonly is: 'kill'; readonly whom: 'owner' | 'standby' }
  | { readonly is: 'fault'; readonly rule: FaultRule }
  | { readonly is: 'database-down'; readonly ms: number }
  | { readonly is: 'commit'; readonly fate: 'stored-unanswered' | 'not-stored' }
  | { readonly is: 'messages'; readonly lost: number; readonly doubled: number; readonly ms: number }
  | { readonly is: 'pool'; readonly what: PoolMishap }
  | { readonly is: 'meddle'; readonly how: Meddling; readonly pick: number }
  | ({ readonly is: 'strike' } & Strike);

/** At a certain moment of a certain kind of action. */
export interface Strike {
  readonly kind: ActionKind;
  readonly moment: Moment;
  readonly fault: Fault;
  /** The how many-th time that an action of this kind comes to this moment, from 1. */
  readonly nth: number;
}

export type PoolMishap = 'toolstack-restarts' | 'sessions-end' | 'coordinator-moves' | 'unreachable';
export type Meddling = 'halts' | 'starts' | 'destroys-server' | 'detaches-disk' | 'renames' | 'own-server';

/** `at`: ms since the begin. */
export type Event = Happening & { readonly at: number };

export interface Story {
  readonly seed: number;
  readonly events: readonly Event[];
  /** From here on nothing goes wrong any more, ms since the begin. */
  readonly quietFrom: number;
  /** Of each worker that is started, in turn: its clock minus the true time, ms. */
  readonly skews: readonly number[];
}
