/** TPC-H's word lists (specification, clause 4.2.2.13 and 4.2.3) in the order and with the weights that its rows depend on. */
const equally = (text: string): readonly string[] => text.split('|');
const cross = (...lists: readonly string[]): readonly string[] =>
  lists.map(equally).reduce((left, right) => left.flatMap((l) => right.map((r) => `${l} ${r}`)));

export const REGIONS = equally('AFRICA|AMERICA|ASIA|EUROPE|MIDDLE EAST');
export const NATIONS: readonly { readonly name: string; readonly region: number }[] = (
  [
    ['ALGERIA', 0],
    ['ARGENTINA', 1],
    ['BRAZIL', 1],
    ['CANADA', 1],
    ['EGYPT', 4],
    ['ETHIOPIA', 0],
    ['FRANCE', 3],
    ['GERMANY', 3],
    ['INDIA', 2],
    ['INDONESIA', 2],
    ['IRAN', 4],
    ['IRAQ', 4],
    ['JAPAN', 2],
    ['JORDAN', 4],
    ['KENYA', 0],
    ['MOROCCO', 0],
    ['MOZAMBIQUE', 0],
    ['PERU', 1],
    ['CHINA', 2],
    ['ROMANIA', 3],
    ['SAUDI ARABIA', 4],
    ['VIETNAM', 2],
    ['RUSSIA', 3],
    ['UNITED KINGDOM', 3],
    ['UNITED STATES', 1],
  ] as const
).map(([name, region]) => ({ name, region }));
export const MARKET_SEGMENTS = equally('AUTOMOBILE|BUILDING|FURNITURE|HOUSEHOLD|MACHINERY');
export const ORDER_PRIORITIES = equally('1-URGENT|2-HIGH|3-MEDIUM|4-NOT SPECIFIED|5-LOW');
export const SHIP_INSTRUCTIONS = equally('DELIVER IN PERSON|COLLECT COD|TAKE BACK RETURN|NONE');
export const SHIP_MODES = equally('REG AIR|AIR|RAIL|TRUCK|MAIL|FOB|SHIP');
export const PART_TYPES = cross('STANDARD|SMALL|MEDIUM|LARGE|ECONOMY|PROMO', 'ANODIZED|BURNISHED|PLATED|POLISHED|BRUSHED', 'TIN|NICKEL|BRASS|STEEL|COPPER');
export const PART_CONTAINERS = cross('SM|LG|MED|JUMBO|WRAP', 'CASE|BOX|BAG|JAR|PACK|PKG|CAN|DRUM');
export const PART_COLORS = equally(
  'almond|antique|aquamarine|azure|beige|bisque|black|blanched|blue|blush|brown|burlywood|burnished|chartreuse|chiffon|chocolate|coral|cornflower|' +
    'cornsilk|cream|cyan|dark|deep|dim|dodger|drab|firebrick|floral|forest|frosted|gainsboro|ghost|goldenrod|green|grey|honeydew|hot|indian|ivory|' +
    'khaki|lace|lavender|lawn|lemon|light|lime|linen|magenta|maroon|medium|metallic|midnight|mint|misty|moccasin|navajo|navy|olive|orange|orchid|pale|' +
    'papaya|peach|peru|pink|plum|powder|puff|purple|red|rose|rosy|royal|saddle|salmon|sandy|seashell|sienna|sky|slate|smoke|snow|spring|steel|tan|' +
    'thistle|tomato|turquoise|violet|wheat|white|yellow',
);

export type WeightedWords = readonly (readonly [word: string, weight: number])[];

const weighted = (...groups: readonly string[]): WeightedWords =>
  groups.flatMap((group) => {
    const [weight, words] = group.split(':', 2);
    return (words ?? '').split('|').map((word): readonly [string, number] => [word, Number(weight)]);
  });

export const NOUNS = weighted(
  '40:packages|requests|accounts|deposits',
  '20:foxes|ideas|theodolites|pinto beans|instructions',
  '10:dependencies|excuses|platelets|asymptotes',
  '5:courts|dolphins',
  '1:multipliers|sauternes|warthogs|frets|dinos|attainments|somas|Tiresias|patterns|forges|braids|frays|warhorses|dugouts|notornis|epitaphs|pearls|tithes',
  '1:waters|orbits|gifts|sheaves|depths|sentiments|decoys|realms|pains|grouches|escapades|hockey players',
);
export const VERBS = weighted(
  '20:sleep|wake|are|cajole|haggle',
  '10:nag|use|boost',
  '5:affix|detect|integrate',
  '1:maintain|nod|was|lose|sublate|solve|thrash|promise|engage|hinder|print|x-ray|breach|eat|grow|impress|mold|poach|serve|run|dazzle|snooze|doze|unwind',
  '1:kindle|play|hang|believe|doubt',
);
export const ADJECTIVES = weighted(
  '20:special|pending|unusual|express',
  '1:furious|sly|careful|blithe|quick|fluffy|slow|quiet|ruthless|thin|close|dogged|daring|brave|stealthy|permanent|enticing|idle|busy',
  '50:regular',
  '40:final|ironic',
  '30:even',
  '20:bold',
  '10:silent',
);
export const ADVERBS = weighted(
  '1:sometimes|always|never',
  '50:furiously|slyly|carefully',
  '40:blithely',
  '30:quickly',
  '20:fluffily',
  '1:slowly|quietly|ruthlessly|thinly|closely|doggedly|daringly|bravely|stealthily|permanently|enticingly|idly|busily|regularly|finally|ironically|evenly',
  '1:boldly|silently',
);
export const PREPOSITIONS = weighted(
  '50:about|above|according to|across|after',
  '40:against|along',
  '30:alongside of|among',
  '20:around',
  '10:at',
  '1:atop|before|behind|beneath|beside|besides|between|beyond|by|despite|during|except|for|from|in place of|inside|instead of|into|near|of|on|outside',
  '1:over|past|since|through|throughout|to|toward|under|until|up|upon|whithout|with|within',
);
export const AUXILIARIES = weighted(
  '1:do|may|might|shall|will|would|can|could|should|ought to|must|will have to|shall have to|could have to|should have to|must have to|need to|try to',
);
export const TERMINATORS: WeightedWords = [
  ['.', 50],
  [';', 1],
  [':', 1],
  ['?', 1],
  ['!', 1],
  ['--', 1],
];
/** N noun phrase, V verb phrase, P preposition with noun phrase, T terminator. */
export const SENTENCES: WeightedWords = [
  ['NVT', 3],
  ['NVPT', 3],
  ['NVNT', 3],
  ['NPVNT', 1],
  ['NPVPT', 1],
];
/** N noun, J adjective, D adverb, a comma after the word before it. */
export const NOUN_PHRASES: WeightedWords = [
  ['N', 10],
  ['JN', 20],
  ['J,JN', 10],
  ['DJN', 50],
];
/** V verb, X auxiliary, D adverb. */
export const VERB_PHRASES: WeightedWords = [
  ['V', 30],
  ['XV', 1],
  ['VD', 40],
  ['XVD', 1],
];
