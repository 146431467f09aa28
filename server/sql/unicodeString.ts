type Decoded = { readonly value: string } | { readonly error: string };

/** The text of U&'…': the escape character, then four hexadecimal digits, or `+` and six; doubled, it stands for itself. */
export function decodeUnicodeString(text: string, escapeCharacter: string): Decoded {
  if (escapeCharacter.length === 0) return { error: 'Empty Unicode escape character' };
  if (escapeCharacter.length !== 1 || /[0-9A-Fa-f+'" ]/.test(escapeCharacter) || escapeCharacter <= '\u001f' || escapeCharacter >= '\u007f')
    return { error: `Invalid Unicode escape character: ${escapeCharacter}` };
  let value = '';
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(escapeCharacter, at);
    if (end < 0) return { value: value + text.slice(at) };
    value += text.slice(at, end);
    if (text[end + 1] === escapeCharacter) {
      value += escapeCharacter;
      at = end + 2;
      continue;
    }
    const long = text[end + 1] === '+';
    const digits = text.slice(end + (long ? 2 : 1), end + (long ? 8 : 5));
    const character = escapedCharacter(digits, long ? 6 : 4);
    if ('error' in character) return character;
    value += character.value;
    at = end + (long ? 8 : 5);
  }
  return { value };
}

function escapedCharacter(digits: string, length: number): Decoded {
  const wrong = /[^0-9A-Fa-f]/.exec(digits);
  if (wrong !== null) return { error: `Invalid hexadecimal digit: ${wrong[0]}` };
  if (digits.length < length) return { error: `Incomplete escape sequence: ${digits}` };
  const codePoint = Number.parseInt(digits, 16);
  if (codePoint > 0x10ffff) return { error: `Invalid escaped character: ${digits}` };
  if (codePoint >= 0xd800 && codePoint < 0xe000) {
    return { error: `Invalid escaped character: ${digits}. Escaped character is a surrogate. Use '\\+123456' instead.` };
  }
  return { value: String.fromCodePoint(codePoint) };
}
