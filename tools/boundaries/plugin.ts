/** Lint plugin of this workspace: module boundaries, purity of the domain, configuration, casts. */
import { findImportFault, isTestFile } from './judge-import.ts';
import { findProjectOf } from './projects.ts';
import { CONFIG_PROJECT, CONFIGURED_BY_LIBRARY, IMPURE_IN_DOMAIN } from './rules.ts';

interface AstNode {
  readonly type: string;
  readonly [key: string]: unknown;
}
interface RuleContext {
  readonly filename: string;
  report(finding: { node: AstNode; message: string }): void;
}
type Visitor = Record<string, (node: AstNode) => void>;

function child(node: AstNode, key: string): AstNode | undefined {
  const value = node[key];
  return typeof value === 'object' && value !== null ? (value as AstNode) : undefined;
}

function literalOf(node: AstNode | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined;
}

/** Every form of import and re-export, type-only ones included: a type is a dependency too. */
const imports = {
  create(context: RuleContext): Visitor {
    const project = findProjectOf(context.filename);
    if (!project) return {};
    const check = (node: AstNode) => {
      const specifier = literalOf(child(node, 'source'));
      const fault = specifier && findImportFault(context.filename, project, specifier);
      if (fault) context.report({ node, message: fault });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

function memberName(node: AstNode): string | undefined {
  const object = child(node, 'object');
  const property = child(node, 'property');
  if (object?.type !== 'Identifier' || property?.type !== 'Identifier') return undefined;
  return `${String(object['name'])}.${String(property['name'])}`;
}

/** The domain takes time, chance and the outside world as arguments or ports. */
const pureDomain = {
  create(context: RuleContext): Visitor {
    if (findProjectOf(context.filename)?.tag !== 'domain' || isTestFile(context.filename)) return {};
    const impure = new Set<string>(IMPURE_IN_DOMAIN);
    const report = (node: AstNode, what: string) =>
      context.report({ node, message: `${what} is impure: pass it in as an argument or a port` });
    return {
      MemberExpression(node) {
        const name = memberName(node);
        const global = name?.split('.')[0];
        if (name && impure.has(name)) report(node, name);
        else if (global && impure.has(global)) report(node, global);
      },
      CallExpression(node) {
        const callee = child(node, 'callee');
        const name = callee?.type === 'Identifier' ? String(callee['name']) : '';
        if (impure.has(name)) report(node, name);
      },
      NewExpression(node) {
        const isDate = child(node, 'callee')?.['name'] === 'Date';
        const args = node['arguments'];
        if (isDate && Array.isArray(args) && args.length === 0) report(node, 'new Date()');
      },
    };
  },
};

const configOnly = {
  create(context: RuleContext): Visitor {
    const project = findProjectOf(context.filename);
    if (!project || isTestFile(context.filename)) return {};
    if (project.name === CONFIG_PROJECT || !CONFIGURED_BY_LIBRARY.includes(project.tag)) return {};
    return {
      MemberExpression(node) {
        if (memberName(node) !== 'process.env') return;
        context.report({ node, message: `read settings through ${CONFIG_PROJECT}, not process.env` });
      },
    };
  },
};

const noDoubleCast = {
  create(context: RuleContext): Visitor {
    return {
      TSAsExpression(node) {
        const inner = child(node, 'expression');
        const isUnknown =
          inner?.type === 'TSAsExpression' && child(inner, 'typeAnnotation')?.type === 'TSUnknownKeyword';
        if (isUnknown)
          context.report({ node, message: 'a double cast hides a type error: narrow the value' });
      },
    };
  },
};

export default {
  meta: { name: 'openvsys' },
  rules: {
    imports,
    'pure-domain': pureDomain,
    'config-only': configOnly,
    'no-double-cast': noDoubleCast,
  },
};
