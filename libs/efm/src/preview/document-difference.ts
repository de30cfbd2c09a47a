/** What changes in the native configuration of an appliance, as people read it. */
import type { ModuleDocument } from '@openvsys/vsys';
import { createTwoFilesPatch } from 'diff';

export interface FileDifference {
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Unified diff with three lines of context; cut when it is very long. */
  readonly diff: string;
  readonly isCut: boolean;
}

const CONTEXT_LINES = 3;
/** More than this nobody reads; the whole files are in the configuration itself. */
const DIFF_LIMIT = 64 * 1024;
/** Comparing texts that have little in common is slow; they are shown as replaced then. */
const COMPARE_MS = 2_000;

type Files = Pick<ModuleDocument, 'files'>['files'];

/** In the order of names; files that stay as they are are left out. */
export function documentDifference(before: Files, after: Files): FileDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => differenceOf(name, before[name], after[name]));
}

function differenceOf(name: string, old: string | undefined, next: string | undefined): FileDifference {
  const change = old === undefined ? 'added' : next === undefined ? 'removed' : 'changed';
  const options = { context: CONTEXT_LINES, timeout: COMPARE_MS };
  const patch = createTwoFilesPatch(name, name, old ?? '', next ?? '', 'present', 'wanted', options);
  const diff = patch ?? `--- ${name}\n+++ ${name}\n(too different to be compared)\n`;
  return { name, change, diff: diff.slice(0, DIFF_LIMIT), isCut: diff.length > DIFF_LIMIT };
}
