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

const SPACE = 0x20;
const MODULUS = 2147483647;
const TWO_31 = 2147483648;
const encoder = new TextEncoder();

/** Words drawn by weight: one entry for each unit of weight. */
interface Lottery<T> {
  readonly total: number;
  readonly entries: readonly T[];
}

function lottery<T>(words: WeightedWords, convert: (word: string) => T): Lottery<T> {
  const entries = words.flatMap(([word, weight]) => Array.from({ length: weight }, () => word)).map(convert);
  return { total: entries.length, entries };
}

const wordLottery = (words: WeightedWords): Lottery<Uint8Array> => lottery(words, (word) => encoder.encode(`${word} `));
const nouns = wordLottery(NOUNS);
const verbs = wordLottery(VERBS);
const adjectives = wordLottery(ADJECTIVES);
const adjectivesWithComma = wordLottery(ADJECTIVES.map(([word, weight]) => [`${word},`, weight]));
const adverbs = wordLottery(ADVERBS);
const auxiliaries = wordLottery(AUXILIARIES);
const terminators = wordLottery(TERMINATORS);
const prepositions = lottery(PREPOSITIONS, (word) => encoder.encode(`${word} the `));

const phraseParts: Record<string, Lottery<Uint8Array>> = { N: nouns, J: adjectives, 'J,': adjectivesWithComma, D: adverbs, V: verbs, X: auxiliaries };
const phrase = (form: string): readonly Lottery<Uint8Array>[] => (form.match(/.,?/g) ?? []).map((part) => phraseParts[part] ?? nouns);
const nounPhrases = lottery(NOUN_PHRASES, phrase);
const verbPhrases = lottery(VERB_PHRASES, phrase);
const sentences = lottery(SENTENCES, (form) => [...form]);

/** No sentence is longer: the longest word of each list in the longest form. */
export const SENTENCE_BYTES_MAX = 400;
export const FIRST_SEED = 933588178;

/** Writes the pseudo-English of TPC-H's comments, sentence after sentence, from a seed on. */
export class SentenceWriter {
  seed: number;
  position = 0;
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
          // the terminator takes the place of the blank behind the last word
          if (this.target[this.position - 1] === SPACE) this.position--;
          this.write(this.draw(terminators));
      }
    }
  }

  private writePhrase(parts: readonly Lottery<Uint8Array>[]): void {
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

  private write(bytes: Uint8Array): void {
    const { target } = this;
    let at = this.position;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i] ?? 0;
    this.position = at;
  }
}
