/** A tree with aligned columns behind its branches. */
import { NO_COLORS, paintState, type Colors } from './colors.js';
import { safe } from './terminal-text.js';

export interface TreeNode {
  readonly name: string;
  /** Columns behind the name; the columns of all nodes are aligned. */
  readonly cells?: readonly string[];
  readonly state?: string;
  /** Why it is so: stands last and is not aligned. */
  readonly reason?: string | null;
  readonly children?: readonly TreeNode[];
}

interface Line {
  readonly branch: string;
  readonly node: TreeNode;
}

export function renderTree(root: TreeNode, colors: Colors = NO_COLORS): string {
  const lines = linesOf(root, '', '');
  const rows = lines.map(({ branch, node }) => [branch + safe(node.name), ...(node.cells ?? []).map(safe)]);
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  const stateWidth = Math.max(...lines.map(({ node }) => node.state?.length ?? 0));
  return lines
    .map(({ node }, index) => {
      const cells = widths.map((width, at) => (rows[index]?.[at] ?? '').padEnd(width));
      const state = node.state === undefined ? '' : paintState(safe(node.state).padEnd(stateWidth), colors);
      const reason = node.reason === undefined || node.reason === null ? '' : colors.dim(safe(node.reason));
      return [...cells, state, reason].join('  ').trimEnd();
    })
    .join('\n');
}

function linesOf(node: TreeNode, branch: string, below: string): Line[] {
  const children = node.children ?? [];
  return [
    { branch, node },
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1;
      return linesOf(child, below + (isLast ? '└─ ' : '├─ '), below + (isLast ? '   ' : '│  '));
    }),
  ];
}
