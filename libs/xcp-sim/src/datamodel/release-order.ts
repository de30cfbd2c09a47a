// Purpose: which release came first. Older facts name releases by code, newer ones by version of the toolstack.
//
//   rio ► miami ► … ► stockholm_psr ► 1.250.0 ► … ► 1.329.0 ► 21.2.0 ► … ► 26.17.0

/** True if something that appeared in the given release exists. "" stands for "always". */
export type Since = (release: string) => boolean;

/** Code names from this one on are labels of API versions; nothing in the data model appears "in" them. */
const FIRST_LABEL = 'nile-preview';
const WIDEST_PART = 10_000;

/** The place of a release in time, as a number. @throws RangeError for an unknown code name */
export function releaseOrder(codes: readonly string[]): (release: string) => number {
  const named = codes.slice(0, codes.indexOf(FIRST_LABEL));
  return (release) => {
    if (release === '') return -1;
    const index = named.indexOf(release);
    if (index >= 0) return index;
    const [major, minor, patch] = release.split(/[.-]/).map(Number);
    if (major === undefined || Number.isNaN(major)) throw new RangeError(`unknown release ${release}`);
    // Above every code name: the toolstack got version numbers of its own after the last of them.
    return ((major + 1) * WIDEST_PART + (minor ?? 0)) * WIDEST_PART + (patch ?? 0);
  };
}
