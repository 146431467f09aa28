/** What Java's Double.toString and Float.toString print: Trino's text of double and real on the wire. */
export function doubleText(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  if (x < 1e7 && x > -1e7 && (x >= 1e-3 || x <= -1e-3)) {
    const plain = String(x);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  let digits = x.toExponential();
  // Java prints at least two digits and, of those that read back as x, the closest: 4.9E-324, where the shortest is 5e-324
  if (digits.length - digits.indexOf('e') >= 5 && digits.indexOf('.') < 0) {
    const two = x.toExponential(1);
    if (Number(two) === x) digits = two;
  }
  return javaForm(digits);
}

export function realText(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  return javaForm(shortestReal(x));
}

/** The fewest digits that read back as the same float32; two digits are tried before one, as Java does. */
function shortestReal(x: number): string {
  const subnormal = Math.abs(x) < 1.1754943508222875e-38;
  for (let digits = subnormal ? 1 : 5; digits <= 8; digits++) {
    const text = evenTie(x, x.toExponential(digits), digits);
    if (Math.fround(Number(text)) === x) return stripZeros(text);
    if (isPowerOfTwo(x)) {
      // below a power of two floats lie twice as dense, so the nearest decimal may miss where its neighbour above hits
      const neighbour = nextDecimal(text);
      if (Math.fround(Number(neighbour)) === x) return stripZeros(neighbour);
    }
  }
  return stripZeros(x.toExponential(9));
}

const EXACT_POWERS_OF_TEN = 23;

/** Of two decimals equally near Java takes the one with an even last digit; toExponential takes the larger. */
function evenTie(x: number, text: string, digits: number): string {
  const e = text.indexOf('e');
  const last = Number(text[e - 1]);
  if (last % 2 === 0) return text;
  // half a unit of the last digit: exact in a double, since a real has 24 bits
  const scale = digits - Number(text.slice(e + 1));
  const halves = scale >= 0 ? Math.abs(x) * 2 * 10 ** scale : (Math.abs(x) * 2) / 10 ** -scale;
  const isTie = Number.isInteger(halves) && halves % 2 === 1 && Math.abs(scale) < EXACT_POWERS_OF_TEN;
  return isTie ? `${text.slice(0, e - 1)}${last - 1}${text.slice(e)}` : text;
}

function isPowerOfTwo(x: number): boolean {
  const log = Math.log2(Math.abs(x));
  return Number.isInteger(log);
}

function nextDecimal(text: string): string {
  const [mantissa = '', exponent = ''] = text.split('e');
  const negative = mantissa.startsWith('-');
  const plain = mantissa.replace('-', '').replace('.', '');
  const next = (BigInt(plain) + 1n).toString().padStart(plain.length, '0');
  return `${negative ? '-' : ''}${next.slice(0, next.length - plain.length + 1)}.${next.slice(next.length - plain.length + 1)}e${exponent}`;
}

function stripZeros(text: string): string {
  const [mantissa = '', exponent = ''] = text.split('e');
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent}`;
}

/** `1.25e-7` in Java's form: plain from 0.001 up to 10,000,000, else 1.25E-7. */
function javaForm(exponential: string): string {
  const e = exponential.indexOf('e');
  const exponent = Number(exponential.slice(e + 1));
  const mantissa = exponential.slice(0, e);
  const negative = mantissa.startsWith('-');
  const digits = (negative ? mantissa.slice(1) : mantissa).replace('.', '');
  return (negative ? '-' : '') + layOut(digits, exponent);
}

function layOut(digits: string, exponent: number): string {
  if (exponent >= 7 || exponent < -3) return `${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`;
}
