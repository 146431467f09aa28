import { TrinoError } from '../../spi/trinoError.ts';
import { faultOfName } from './parser/cursor.ts';
import { Budget, BudgetExceeded } from './grammar/budget.ts';
import { expectationAt } from './grammar/expectation.ts';
import { EXPRESSION_GRAMMAR } from './grammar/expressionGrammar.ts';
import { FailureFinder } from './grammar/failure.ts';
import { buildNetwork, type Network } from './grammar/network.ts';
import { QUERY_GRAMMAR } from './grammar/queryGrammar.ts';
import { STATEMENT_GRAMMAR } from './grammar/statementGrammar.ts';
import type { TokenList } from './tokenList.ts';

/** What a text was to be. */
export type StartRule = 'single_statement' | 'single_expression' | 'single_type' | 'single_row_pattern';

let grammar: { readonly network: Network; readonly finder: FailureFinder } | undefined;

function grammarOf(): { readonly network: Network; readonly finder: FailureFinder } {
  if (grammar === undefined) {
    const network = buildNetwork(STATEMENT_GRAMMAR, QUERY_GRAMMAR, EXPRESSION_GRAMMAR);
    grammar = { network, finder: new FailureFinder(network) };
  }
  return grammar;
}

/** The error of a text that the parser refused at `token`, with all that could have stood there. */
export function syntaxError(tokens: TokenList, start: StartRule, token: number): TrinoError {
  const { network, finder } = grammarOf();
  try {
    const budget = new Budget();
    const failure = finder.find(tokens, start, budget);
    if (failure?.kind === 'name')
      return new TrinoError('SYNTAX_ERROR', tokens.location(failure.token), faultOfName(tokens.kind(failure.token), tokens.text(failure.token)) ?? '');
    if (failure !== undefined) {
      const { token: furthest, candidates } = expectationAt(network, tokens, failure, budget);
      const expected = [...candidates].sort().join(', ');
      return new TrinoError('SYNTAX_ERROR', tokens.location(failure.reported), `mismatched input '${tokens.text(furthest)}'. Expecting: ${expected}`);
    }
  } catch (error) {
    // a text too long or too deep to explain is refused all the same
    if (!(error instanceof BudgetExceeded || error instanceof RangeError)) throw error;
  }
  return new TrinoError('SYNTAX_ERROR', tokens.location(token), `mismatched input '${tokens.text(token)}'`);
}
