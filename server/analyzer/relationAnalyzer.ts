import type { TableVersion } from '../../spi/connector.ts';
import { TrinoError, unreachable } from '../../spi/trinoError.ts';
import { type QualifiedObjectName, qualifiedNameText } from '../metadata/metadata.ts';
import type * as ast from '../sql/ast.ts';
import { renameFields } from './aliases.ts';
import { analyzeJoin } from './joins.ts';
import { analyzeJsonTable } from './json/jsonTable.ts';
import { analyzePatternRecognition } from './pattern/patternRecognition.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { analyzeSample } from './sample.ts';
import { scanTable } from './scanTable.ts';
import { type Scope, visibleFields } from './scope.ts';
import { analyzeTableFunction } from './tableFunctions.ts';
import { qualifiedObjectName } from './tableNames.ts';
import { tableVersion } from './tableVersion.ts';
import { analyzeUnnest } from './unnest.ts';
import { analyzeValues } from './values.ts';
import { expandView } from './views.ts';
import { takePlan } from './with.ts';

/** `lateral`: what LATERAL, UNNEST and their like may refer to; other relations see the outer query only. */
export function analyzeRelation(surroundings: QuerySurroundings, node: ast.Relation, lateral: Scope): RelationPlan {
  switch (node.kind) {
    case 'table':
      return analyzeTable(surroundings, node);
    case 'aliased': {
      const plan = analyzeRelation(surroundings, node.relation, lateral);
      return { node: plan.node, fields: renameFields(plan.fields, node) };
    }
    case 'tableSubquery':
      return subquery(surroundings, node.query);
    case 'values':
      return analyzeValues(surroundings, node);
    case 'join':
      return analyzeJoin(surroundings, node, lateral);
    case 'unnest':
      return analyzeUnnest(surroundings, node, lateral);
    case 'lateral':
      return analyzeQuery({ ...surroundings, outer: { fields: [], parent: lateral }, nested: true }, node.query);
    case 'sampled':
      return analyzeSample(surroundings, node, lateral);
    case 'tableFunction':
      return analyzeTableFunction(surroundings, node, lateral);
    case 'jsonTable':
      return analyzeJsonTable(surroundings, node, lateral);
    case 'patternRecognition':
      return analyzePatternRecognition(surroundings, node, lateral);
    default:
      return unreachable(node);
  }
}

function subquery(surroundings: QuerySurroundings, query: ast.Query): RelationPlan {
  const plan = analyzeQuery({ ...surroundings, nested: true }, query);
  return { node: plan.node, fields: visibleFields(plan.fields).map((field) => ({ ...field, relationAlias: undefined })) };
}

export function analyzeTable(surroundings: QuerySurroundings, node: ast.TableReference): RelationPlan {
  const [only] = node.name.parts;
  const named = node.name.parts.length === 1 && only !== undefined ? surroundings.with.get(only.value.toLowerCase()) : undefined;
  if (named !== undefined && only !== undefined) {
    if (node.version !== undefined) throw new TrinoError('NOT_SUPPORTED', node.location, 'Querying versioned tables is not supported for WITH queries');
    const relationAlias = [only.value.toLowerCase()];
    if ('kind' in named)
      return {
        node: { kind: 'recursiveReference', id: surroundings.context.nextId(), name: named.name, outputs: named.fields.map(({ symbol }) => symbol) },
        fields: named.fields,
      };
    const plan = takePlan(named);
    return { node: plan.node, fields: plan.fields.map((field) => ({ ...field, relationAlias })) };
  }
  const { context } = surroundings;
  const { session } = context.options;
  const name = qualifiedObjectName(node.name, session, node.location);
  const version = node.version && tableVersion(surroundings, node.version);
  const resolved = findTable(context, name, node, version);
  const relationAlias = node.name.parts.map((part) => part.value.toLowerCase());
  if (resolved.kind !== 'table') {
    if (context.createdView === qualifiedNameText(name)) throw new TrinoError('VIEW_IS_RECURSIVE', node.location, 'Statement would create a recursive view');
    if (version !== undefined) throw new TrinoError('NOT_SUPPORTED', node.location, 'Querying versioned views is not supported');
    return expandView(surroundings, resolved, node, relationAlias);
  }
  return scanTable(surroundings, resolved, relationAlias);
}

function findTable(context: QuerySurroundings['context'], name: QualifiedObjectName, node: ast.TableReference, version: TableVersion | undefined) {
  const { metadata } = context.options;
  if (!metadata.catalogExists(name.catalog)) throw new TrinoError('CATALOG_NOT_FOUND', node.location, `Catalog '${name.catalog}' not found`);
  const resolved = metadata.resolve(name, version);
  if (resolved !== undefined) return resolved;
  if (!metadata.schemaExists(name.catalog, name.schema)) throw new TrinoError('SCHEMA_NOT_FOUND', node.location, `Schema '${name.schema}' does not exist`);
  throw new TrinoError('TABLE_NOT_FOUND', node.location, `Table '${qualifiedNameText(name)}' does not exist`);
}
