import type { Logger } from '../spi/connector.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** One JSON object a line on standard error: time, level, message and the fields. */
export function createLogger(level: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)): Logger {
  const from = LEVELS.indexOf(level);
  const at = (name: LogLevel) => (message: string, fields?: Record<string, unknown>) => {
    if (LEVELS.indexOf(name) < from) return;
    write(
      `${JSON.stringify({ time: new Date().toISOString(), level: name, message, ...fields }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`,
    );
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const isLogLevel = (text: string): text is LogLevel => (LEVELS as readonly string[]).includes(text);
