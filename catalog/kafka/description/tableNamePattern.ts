/** Names of `kafka.table-names` with `*` for any characters, such as `clicks.*` or `*`. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** Topics of Kafka itself are meant only by a pattern that begins as they do. */
export function matchesPattern(pattern: string, name: string): boolean {
  if (name.startsWith('__') && !pattern.startsWith('__')) return false;
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'i').test(name);
}
