import { readFileSync } from 'node:fs';
import { TrinoError } from '../../spi/trinoError.ts';

/** Reads a Java properties file: comments, `=`/`:`/blank separators, continuation lines, escapes. Later keys win. */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    let at = 0;
    while (at < line.length && !/[=:\s]/.test(line[at] ?? '')) at += line[at] === '\\' ? 2 : 1;
    const value = line.slice(at).replace(/^\s*[=:]?\s*/, '');
    properties.set(unescape(line.slice(0, at)), unescape(value));
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trimStart();
    if (open === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const whole: string = (open ?? '') + line;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(whole)) open = whole.slice(0, -1);
    else {
      lines.push(whole);
      open = undefined;
    }
  }
  if (open !== undefined) lines.push(open);
  return lines;
}

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return CONTROL.get(escaped) ?? escaped;
  });
}

const CONTROL = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

/** Reads the file and replaces `${ENV:NAME}` in the values. */
export function readPropertiesFile(path: string, environment: NodeJS.ProcessEnv): Map<string, string> {
  const properties = parseProperties(readFileSync(path, 'utf8'));
  for (const [key, value] of properties) properties.set(key, replaceEnvironment(value, key, path, environment));
  return properties;
}

export function replaceEnvironment(value: string, key: string, file: string, environment: NodeJS.ProcessEnv): string {
  return value.replace(/\$\{([a-zA-Z][a-zA-Z0-9_-]*):([^}]*)\}/g, (_, provider: string, name: string) => {
    if (provider !== 'ENV') throw configurationError(file, `Configuration property '${key}': no secret provider '${provider}'; only \${ENV:NAME} is supported`);
    const found = environment[name];
    if (found === undefined) throw configurationError(file, `Configuration property '${key}': environment variable is not set: ${name}`);
    return found;
  });
}

export function configurationError(file: string, message: string, cause?: unknown): TrinoError {
  return new TrinoError('CONFIGURATION_INVALID', undefined, `${file}: ${message}`, cause === undefined ? undefined : { cause });
}
