import {
  ADJECTIVES,
  ADVERBS,
  AUXILIARIES,
  NOUN_PHRASES,
  NOUNS,
  PREPOSITIONS,
  SENTENCES,
  TERMINATORS,
  VERB_PHRASES,
  VERBS,
  type WeightedWords,
} from './words.ts';

const MODULUS = 2147483647;
const TWO_31 = 2147483648;

/** Words drawn by weight: one entry for each unit of weight. */
interface Lottery<T> {
  readonly total: number;
  readonly entries: readonly T[];
}

function lottery<T>(words: WeightedWords, convert: (word: string) => T): Lottery<T> {
  const converted = words.map(([word, weight]) => ({ entry: convert(word), weight }));
  const entries = converted.flatMap(({ entry, weight }) => new Array<T>(weight).fill(entry));
  return { total: entries.length, entries };
}

/** The texts that sentences consist of, by their numbers: words with the blank in front of them, and terminators. */
export const TOKENS: string[] = [];

function token(text: string): number {
  const known = TOKENS.indexOf(text);
  return known >= 0 ? known : TOKENS.push(text) - 1;
}

const wordLottery = (words: WeightedWords): Lottery<number> => lottery(words, (word) => token(` ${word}`));
const nouns = wordLottery(NOUNS);
const verbs = wordLottery(VERBS);
const adjectives = wordLottery(ADJECTIVES);
const adjectivesWithComma = wordLottery(ADJECTIVES.map(([word, weight]) => [`${word},`, weight]));
const adverbs = wordLottery(ADVERBS);
const auxiliaries = wordLottery(AUXILIARIES);
const terminators = lottery(TERMINATORS, token);
const prepositions = lottery(PREPOSITIONS, (word) => token(` ${word} the`));

const phraseParts: Record<string, Lottery<number>> = { N: nouns, J: adjectives, 'J,': adjectivesWithComma, D: adverbs, V: verbs, X: auxiliaries };
const phrase = (form: string): readonly Lottery<number>[] => (form.match(/.,?/g) ?? []).map((part) => phraseParts[part] ?? nouns);
const nounPhrases = lottery(NOUN_PHRASES, phrase);
const verbPhrases = lottery(VERB_PHRASES, phrase);
const sentences = lottery(SENTENCES, (form) => [...form]);

export const FIRST_SEED = 933588178;

const TOKEN_BYTES = Uint8Array.from(TOKENS, ({ length }) => length);

/** Writes the pseudo-English of TPC-H's comments, sentence after sentence, from a seed on: as the numbers of its tokens. */
export class SentenceWriter {
  seed: number;
  /** Tokens written, and how many bytes of text they are. */
  count = 0;
  bytes = 0;
  readonly target: Uint8Array;

  constructor(target: Uint8Array, seed: number) {
    this.target = target;
    this.seed = seed;
  }

  writeSentence(): void {
    for (const part of this.draw(sentences)) {
      switch (part) {
        case 'N':
          this.writePhrase(this.draw(nounPhrases));
          break;
        case 'V':
          this.writePhrase(this.draw(verbPhrases));
          break;
        case 'P':
          this.write(this.draw(prepositions));
          this.writePhrase(this.draw(nounPhrases));
          break;
        default:
          this.write(this.draw(terminators));
      }
    }
  }

  private writePhrase(parts: readonly Lottery<number>[]): void {
    for (const part of parts) this.write(this.draw(part));
  }

  private draw<T>(from: Lottery<T>): T {
    const product = this.seed * 16807;
    const upper = Math.floor(product / TWO_31);
    const folded = product - upper * TWO_31 + upper;
    this.seed = folded >= MODULUS ? folded - MODULUS : folded;
    const entry = from.entries[Math.floor((this.seed / MODULUS) * from.total)];
    if (entry === undefined) throw new Error('TPC-H word drawn past the end of its list');
    return entry;
  }

  private write(number: number): void {
    this.target[this.count++] = number;
    this.bytes += TOKEN_BYTES[number] ?? 0;
  }
}
