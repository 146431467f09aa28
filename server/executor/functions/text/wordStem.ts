import { TrinoError } from '../../../../spi/trinoError.ts';
import { englishStem } from './englishStemmer.ts';
import type { ScalarImplementations } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

/** The languages whose stems Trino knows. */
const LANGUAGES = ['ca', 'da', 'de', 'en', 'es', 'eu', 'fi', 'fr', 'hu', 'hy', 'ir', 'it', 'lt', 'nl', 'no', 'pt', 'ro', 'ru', 'sv', 'tr'];

export const wordStemFunctions: ScalarImplementations = {
  word_stem: viaUdf(
    ([word = null, language = 'en']) => {
      const code = String(language);
      if (code === 'en') return englishStem(String(word));
      if (LANGUAGES.includes(code)) throw new TrinoError('NOT_SUPPORTED', undefined, `word_stem of language ${code} is not supported`);
      throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Unknown stemmer language: ${code}`);
    },
    { mayFail: true },
  ),
};
