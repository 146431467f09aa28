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

/** A word with what follows it, as little-endian words of four bytes: the last one is filled up with zeros. */
interface PackedText {
  readonly length: number;
  readonly words: Uint32Array;
}

function lottery<T>(words: WeightedWords, convert: (word: string) => T): Lottery<T> {
  const converted = words.map(([word, weight]) => ({ entry: convert(word), weight }));
  const entries = converted.flatMap(({ entry, weight }) => new Array<T>(weight).fill(entry));
  return { total: entries.length, entries };
}

function packed(text: string): PackedText {
  const bytes = new Uint8Array(Math.ceil(text.length / 4) * 4);
  const { written } = encoder.encodeInto(text, bytes);
  return { length: written, words: new Uint32Array(bytes.buffer) };
}

const wordLottery = (words: WeightedWords): Lottery<PackedText> => lottery(words, (word) => packed(`${word} `));
const nouns = wordLottery(NOUNS);
const verbs = wordLottery(VERBS);
const adjectives = wordLottery(ADJECTIVES);
const adjectivesWithComma = wordLottery(ADJECTIVES.map(([word, weight]) => [`${word},`, weight]));
const adverbs = wordLottery(ADVERBS);
const auxiliaries = wordLottery(AUXILIARIES);
const terminators = wordLottery(TERMINATORS);
const prepositions = lottery(PREPOSITIONS, (word) => packed(`${word} the `));

const phraseParts: Record<string, Lottery<PackedText>> = { N: nouns, J: adjectives, 'J,': adjectivesWithComma, D: adverbs, V: verbs, X: auxiliaries };
const phrase = (form: string): readonly Lottery<PackedText>[] => (form.match(/.,?/g) ?? []).map((part) => phraseParts[part] ?? nouns);
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
  private readonly view: DataView;

  constructor(target: Uint8Array, seed: number) {
    this.target = target;
    this.view = new DataView(target.buffer, target.byteOffset, target.byteLength);
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

  private writePhrase(parts: readonly Lottery<PackedText>[]): void {
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

  /** Up to three bytes behind the end are overwritten, to be written again by what follows. */
  private write({ words, length }: PackedText): void {
    const { view, position } = this;
    for (let i = 0; i < words.length; i++) view.setUint32(position + i * 4, words[i] ?? 0, true);
    this.position = position + length;
  }
}
