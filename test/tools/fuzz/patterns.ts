import type { Random } from './random.ts';

/** Texts in small languages, put together of their pieces: most are well formed, some are not. */
const several = (random: Random, pieces: readonly string[], most: number, between: readonly string[] = ['']): string =>
  Array.from({ length: 1 + random.below(most) }, (_, at) => (at === 0 ? '' : random.pick(between)) + random.pick(pieces)).join('');

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const ATOMS = [
  'a',
  'b',
  '[a-c]',
  '[^a]',
  '\\d',
  '\\w',
  '\\s',
  '.',
  '(a|b)',
  '(\\w)(\\d?)',
  '(?:ab)',
  '(?<n>.)',
  '\\b',
  'é',
  '\\p{L}',
  '\\p{Lu}',
  '[[:alpha:]]',
];
const MORE_ATOMS = [
  'x|y',
  '\\.',
  '\\-',
  'X',
  '[\\w&&[^a]]',
  '(?=b)',
  '(?!c)',
  '(?<=a)',
  '\\Q.\\E',
  '\\x41',
  '\\D',
  '\\S',
  '\\W',
  '(?i)AB',
  ',',
  '-',
  '%',
  '\\h',
  '$',
];
const QUANTIFIERS = ['', '', '', '*', '+', '?', '{2}', '{1,2}', '*?', '+?', '++', '{0,}'];

export function regularExpression(random: Random): string {
  if (random.chance(8)) return random.pick(["''", "'('", "'['", "'a{2,1}'", "'\\'", "'(a)\\1'", "'*'", "'(?<x>a)\\k<x>'", "'^'", "'$'"]);
  const atom = (): string => random.pick(random.chance(70) ? ATOMS : MORE_ATOMS) + random.pick(QUANTIFIERS);
  return quoted(`${random.chance(15) ? '^' : ''}${Array.from({ length: 1 + random.below(3) }, atom).join('')}${random.chance(15) ? '$' : ''}`);
}

const JODA = 'y yy yyyy yyyyy YYYY Y M MM MMM MMMM d dd ddd H HH h hh K k m mm s ss S SSS SSSSSS a E EEE EEEE e D DDD w ww x xxxx C G Z ZZ Q'.split(' ');
export const jodaFormat = (random: Random): string => quoted(several(random, [...JODA, "'T'", 'ZZZ'], 5, ['-', ' ', ':', '/', '.', ', ', '']));

const MYSQL = [...'abcdefHhIijklMmpRrSsTvWwXxYyDUuVng%'.replace('n', '')].map((letter) => `%${letter}`);
export const mysqlFormat = (random: Random): string => quoted(several(random, [...MYSQL, 'x'], 5, ['-', ' ', ':', '/', '.', '']));

const STEPS = [
  '.a',
  '.b',
  '[0]',
  '[1]',
  '[*]',
  '.*',
  '."a"',
  '.a.b',
  '[last]',
  '[0 to 1]',
  '[1, 0]',
  '..a',
  '.size()',
  '.type()',
  '.double()',
  '.ceiling()',
  '.abs()',
];
const FILTERS = [' ? (@ > 1)', ' ? (@.a == 1)', ' ? (exists(@.b))', ' ? (@ starts with "a")', ' ? (@ like_regex "a.*")', ' ? (!(@ == 2))', ' ? (@ == null)'];
const MORE_STEPS = [
  '.keyvalue()',
  '.floor()',
  '[last - 1]',
  ' + 1',
  ' * 2',
  ' - $.a',
  '.datetime()',
  ' ? ((@ == 1) is unknown)',
  ' ? (@ == $x)',
  ' ? (@ <> "a" && @ != 1)',
];

/** Of the SQL standard, as JSON_VALUE and its like take it. */
export function jsonPath(random: Random): string {
  const steps = Array.from({ length: random.below(4) }, () => random.pick(random.pick([STEPS, STEPS, FILTERS, MORE_STEPS])));
  return quoted(`${random.pick(['lax ', 'lax ', 'strict ', ''])}$${steps.join('')}`);
}

const SIMPLE_STEPS = ['.a', '.b', '[0]', '[1]', '["a"]', '.*', '[*]', '..a', '.a.b', '[-1]', '.x y'];
/** As json_extract takes it. */
export const simpleJsonPath = (random: Random): string => quoted(`$${random.chance(15) ? '' : several(random, SIMPLE_STEPS, 3)}`);

const CONVERSIONS = [
  '%s',
  '%d',
  '%5d',
  '%-8s|',
  '%08.2f',
  '%.3e',
  '%x',
  '%X',
  '%,d',
  '%+d',
  '%b',
  '%c',
  '%o',
  '%(d',
  '%2$s',
  '%%',
  '%.2s',
  '%10.1f',
  '%S',
  '%h',
  '%g',
];
const MORE_CONVERSIONS = ['%tY', '%tH:%<tM', '%1$tF', '%n', '%,.2f', '% d', '%#x', '%a', '%q', '%'];
export const formatString = (random: Random): string => quoted(several(random, random.chance(80) ? CONVERSIONS : MORE_CONVERSIONS, 3, [' ', '']));

const LIKES = ['%', '_', 'a', 'b', 'x', '\\%', '\\_', '%%', 'é', '', 'A', '\\\\', ' '];
export const likePattern = (random: Random): string => quoted(several(random, LIKES, 4));

const DATES = [
  '2024-02-29',
  '2024-03-10',
  '2024-11-03',
  '1969-12-31',
  '0001-01-01',
  '9999-12-31',
  '-0044-03-15',
  '12345-01-01',
  '2023-02-29',
  '2024-2-9',
  '+2024-01-01',
];
const TIMES = [
  '',
  ' 00:00:00',
  ' 02:30:00',
  ' 01:30:00.5',
  ' 23:59:59.999999999999',
  ' 12:34',
  ' 24:00:00',
  ' 1:2:3',
  ' 12:34:56.1234567891234',
  'T10:11:12.123',
  ' 10:11:12.1',
];
const ZONES = [
  '',
  '',
  ' UTC',
  ' +05:30',
  ' America/New_York',
  ' Europe/Berlin',
  '+01:00',
  ' Z',
  'Z',
  ' -11:30',
  ' Asia/Kathmandu',
  ' Nowhere/City',
  ' +5',
  ' EST',
  ' GMT+2',
  ' America/Sao_Paulo',
];

/** Read as date, time or timestamp, with and without zone. */
export function momentText(random: Random): string {
  const text = (random.chance(20) ? random.pick(TIMES).trim() : random.pick(DATES) + random.pick(TIMES)) + random.pick(ZONES);
  return quoted(random.chance(10) ? ` ${text} ` : text);
}

const ISO = [
  '2024-02-29',
  '2024-060',
  '2024-W09-4',
  '2024',
  '2024-03',
  '2024-02-29T10:11:12',
  '2024-02-29T10:11:12.123456789',
  '2024-02-29T10',
  '20240229',
  '-0001-02-03T04:05',
];
export const isoText = (random: Random): string => quoted(random.pick(ISO) + random.pick(['', '', 'Z', '+05:30', '-0100', '+01', 'T']));

const NUMBERS = [
  '0',
  '1',
  '-1',
  '+7',
  '007',
  '1.5',
  '-0.5',
  '.5',
  '5.',
  '1e3',
  '1E-3',
  'NaN',
  'Infinity',
  '-Infinity',
  '+Infinity',
  '9223372036854775808',
  '0x1F',
  '1_000',
  ' 12 ',
  '12a',
  '',
];
const MORE_NUMBERS = [
  '99999999999999999999999999999999999999',
  '0.00000000000000000000000000000000000001',
  '-128',
  '127',
  '2147483648',
  '1d',
  '1f',
  '1e400',
  '1e-400',
  '٣',
  '--1',
  '1e',
  'nan',
  '3.4028236e38',
];
export const numberText = (random: Random): string => quoted(random.pick(random.chance(60) ? NUMBERS : MORE_NUMBERS));

const SCHEMES = ['http://', 'https://', 'ftp://', 'mailto:', '//', '', 'HTTP://user:pw@', 'file://'];
const HOSTS = ['example.com', 'example.com:8080', '[::1]:80', '10.0.0.1', 'exa mple.com', 'é.com', '', 'a_b.com', 'example.com:', 'example.com:abc'];
const PATHS = ['', '/', '/a/b', '/a%20b', '/a b', '/é', '/a;p=1', '/%zz', '/a+b'];
const QUERIES = ['', '?', '?a=1&b=2', '?a=1&a=2', '?b', '?a=%20x', '?a=b=c', '?é=ü', '#f', '?a=1#g%20h', '?q=a+b', '?a[]=1', '#'];
export const urlText = (random: Random): string => quoted(random.pick(SCHEMES) + random.pick(HOSTS) + random.pick(PATHS) + random.pick(QUERIES));

const JSON_ATOMS = [
  '1',
  '-0',
  '1.50',
  '1e2',
  '"a"',
  '"é\\u0041"',
  'true',
  'false',
  'null',
  '""',
  '12345678901234567890',
  '0.1e-5',
  '"1"',
  '"2024-02-29"',
  '[]',
  '{}',
];

export const jsonText = (random: Random): string => {
  if (random.chance(5)) return random.pick(["''", "'{'", "'[1,]'", "'{a:1}'", "'nul'", "'1 2'", "' [1] '", "'''a'''"]);
  return quoted(jsonValue(random, 2));
};

function jsonValue(random: Random, depth: number): string {
  if (depth === 0 || random.chance(25)) return random.pick(JSON_ATOMS);
  const items = Array.from({ length: random.below(4) }, () => jsonValue(random, depth - 1));
  if (random.chance(45)) return `[${items.join(random.pick([',', ', ']))}]`;
  return `{${items.map((item, at) => `${random.pick(['"a"', '"b"', '"c"', `"k${at}"`])}:${item}`).join(',')}}`;
}
