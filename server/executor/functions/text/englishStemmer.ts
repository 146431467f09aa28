const VOWELS = 'aeiouy';
const DOUBLES = new Set(['bb', 'dd', 'ff', 'gg', 'mm', 'nn', 'pp', 'rr', 'tt']);
const BEFORE_LI = 'cdeghkmnrt';

const EXCEPTIONS: Readonly<Record<string, string>> = {
  skis: 'ski',
  skies: 'sky',
  dying: 'die',
  lying: 'lie',
  tying: 'tie',
  idly: 'idl',
  gently: 'gentl',
  ugly: 'ugli',
  early: 'earli',
  only: 'onli',
  singly: 'singl',
  sky: 'sky',
  news: 'news',
  howe: 'howe',
  atlas: 'atlas',
  cosmos: 'cosmos',
  bias: 'bias',
  andes: 'andes',
};
const KEPT_AFTER_PLURAL = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

/** Longest first; each is replaced where it lies in the first region. */
const SECOND_STEP: readonly (readonly [suffix: string, by: string])[] = [
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['iveness', 'ive'],
  ['ization', 'ize'],
  ['ousness', 'ous'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['tional', 'tion'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ation', 'ate'],
  ['entli', 'ent'],
  ['fulli', 'ful'],
  ['iviti', 'ive'],
  ['ousli', 'ous'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['anci', 'ance'],
  ['ator', 'ate'],
  ['enci', 'ence'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
];
const THIRD_STEP: readonly (readonly [suffix: string, by: string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['ative', ''],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const FOURTH_STEP = ['ement', 'able', 'ance', 'ence', 'ible', 'ment', 'ant', 'ate', 'ent', 'ion', 'ism', 'iti', 'ive', 'ize', 'ous', 'al', 'er', 'ic'];

const isVowel = (letter: string | undefined): boolean => letter !== undefined && VOWELS.includes(letter);
const hasVowel = (text: string): boolean => [...text].some(isVowel);

/** The stem of a word in lower case by Martin Porter's English ("Porter2") algorithm. */
export function englishStem(word: string): string {
  if (word.length < 3) return word;
  const exception = Object.hasOwn(EXCEPTIONS, word) ? EXCEPTIONS[word] : undefined;
  return exception ?? new EnglishStemmer(word).stem();
}

class EnglishStemmer {
  /** A `y` that is a consonant is written Y. */
  #word: string;
  readonly #first: number;
  readonly #second: number;

  constructor(word: string) {
    this.#word = [...word.replace(/^'/, '')].reduce((text, letter) => text + (letter === 'y' && (text === '' || isVowel(text.at(-1))) ? 'Y' : letter), '');
    this.#first = /^(?:gener|commun|arsen)/.exec(this.#word)?.[0].length ?? this.#regionFrom(0);
    this.#second = this.#regionFrom(this.#first);
  }

  stem(): string {
    this.#word = this.#word.replace(/'s'$|'s$|'$/, '');
    this.#removePlural();
    if (!KEPT_AFTER_PLURAL.has(this.#word)) {
      this.#removePast();
      this.#word = this.#word.replace(/^(.+[^aeiouy])[yY]$/, '$1i');
      this.#replaceSuffixes();
      this.#removeEnding();
    }
    return this.#word.replaceAll('Y', 'y');
  }

  /** Behind the first consonant that follows a vowel. */
  #regionFrom(start: number): number {
    for (let at = start + 1; at < this.#word.length; at++) if (isVowel(this.#word[at - 1]) && !isVowel(this.#word[at])) return at + 1;
    return this.#word.length;
  }

  #endsShort(text = this.#word): boolean {
    return /[^aeiouy][aeiouy][^aeiouywxY]$/.test(text) || /^[aeiouy][^aeiouy]$/.test(text);
  }

  #removePlural(): void {
    const word = this.#word;
    if (word.endsWith('sses')) this.#word = word.slice(0, -2);
    else if (/ie[ds]$/.test(word)) this.#word = word.slice(0, word.length > 4 ? -2 : -1);
    else if (/[^us]s$/.test(word) && hasVowel(word.slice(0, -2))) this.#word = word.slice(0, -1);
  }

  #removePast(): void {
    const eed = /eed(?:ly)?$/.exec(this.#word);
    if (eed !== null) {
      if (eed.index >= this.#first) this.#word = `${this.#word.slice(0, eed.index)}ee`;
      return;
    }
    const ending = /(?:edly|ingly|ed|ing)$/.exec(this.#word);
    if (ending === null || !hasVowel(this.#word.slice(0, ending.index))) return;
    this.#word = this.#word.slice(0, ending.index);
    if (/(?:at|bl|iz)$/.test(this.#word)) this.#word += 'e';
    else if (DOUBLES.has(this.#word.slice(-2)) && !/^[aeo]..$/.test(this.#word)) this.#word = this.#word.slice(0, -1);
    else if (this.#word.length <= this.#first && this.#endsShort()) this.#word += 'e';
  }

  #replaceSuffixes(): void {
    this.#replace(SECOND_STEP, (suffix, before) => {
      if (suffix === 'ogi') return before.endsWith('l');
      return suffix !== 'li' || BEFORE_LI.includes(before.at(-1) ?? ' ');
    });
    this.#replace(THIRD_STEP, (suffix, before) => suffix !== 'ative' || before.length >= this.#second);
  }

  #replace(suffixes: readonly (readonly [suffix: string, by: string])[], applies: (suffix: string, before: string) => boolean): void {
    const found = suffixes.find(([suffix]) => this.#word.endsWith(suffix));
    if (found === undefined) return;
    const before = this.#word.slice(0, -found[0].length);
    if (before.length >= this.#first && applies(found[0], before)) this.#word = before + found[1];
  }

  #removeEnding(): void {
    const suffix = FOURTH_STEP.find((ending) => this.#word.endsWith(ending));
    if (suffix !== undefined) {
      const before = this.#word.slice(0, -suffix.length);
      if (before.length >= this.#second && (suffix !== 'ion' || /[st]$/.test(before))) this.#word = before;
    }
    const rest = this.#word.slice(0, -1);
    if (this.#word.endsWith('e')) {
      if (rest.length >= this.#second || (rest.length >= this.#first && !this.#endsShort(rest))) this.#word = rest;
    } else if (this.#word.endsWith('ll') && rest.length >= this.#second) this.#word = rest;
  }
}
