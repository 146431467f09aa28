import type { LanguageFunction } from '../../../spi/languageFunction.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { toType } from '../../function/dataType.ts';
import { type QualifiedObjectName, qualifiedNameText } from '../../metadata/metadata.ts';
import type * as ast from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import { declareFunction, type InlineFunction } from './inlineFunctions.ts';
import { functionCandidates, pathElementText, referencedFunctions } from './sqlPath.ts';

/** The specification that a stored function's text holds. */
export function storedSpecification({ sql }: LanguageFunction): ast.FunctionSpecification {
  const statement = parseStatement(`CREATE ${sql}`);
  if (statement.kind !== 'createFunction') throw new Error(`not a function: ${sql}`);
  return statement.specification;
}

const pathText = (path: LanguageFunction['path']): string => path.map(pathElementText).join(', ');

/** The places of the functions that a stored one calls. */
export function referencedByFunction(stored: LanguageFunction, session: { readonly catalog: string | undefined }): readonly QualifiedObjectName[] {
  return referencedFunctions(storedSpecification(stored), { catalog: session.catalog, path: pathText(stored.path) });
}

/** The functions that are stored under the name, each with its body, in the order of the path. */
export function storedFunctions(context: AnalysisContext, name: ast.QualifiedName, location: Location): readonly InlineFunction[] {
  const { metadata, session } = context.options;
  if (metadata.functions === undefined) return [];
  return functionCandidates(name, session).flatMap((place) => (metadata.functions?.(place) ?? []).map((stored) => declared(context, place, stored, location)));
}

function declared(context: AnalysisContext, place: QualifiedObjectName, stored: LanguageFunction, location: Location): InlineFunction {
  const text = qualifiedNameText(place);
  const node = storedSpecification(stored);
  const key = `${text}${stored.signatureToken}`;
  if (context.functionStack.includes(key)) {
    const types = node.parameters.map(({ type, location }) => typeId(toType(type, location))).join(',');
    const signature = `${stored.name}(${types}):${typeId(toType(node.returns, node.location))}`;
    throw new TrinoError('NOT_SUPPORTED', undefined, `Recursive language functions are not supported: ${signature}`);
  }
  const { session } = context.options;
  const inner = context.forFunction(key, { ...session, path: pathText(stored.path), user: stored.owner ?? session.user });
  try {
    return declareFunction(inner, node, text);
  } catch (error) {
    // its place in the stored text says nothing to the caller
    if (!(error instanceof TrinoError) || error.location === undefined) throw error;
    throw new TrinoError({ name: error.errorName, code: error.errorCode, type: error.errorType }, location, error.message.replace(/^line \d+:\d+: /, ''), {
      cause: error,
    });
  }
}
