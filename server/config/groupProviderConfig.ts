import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigReader } from './configReader.ts';
import { configurationError, readPropertiesFile } from './propertiesFile.ts';
import { errorMessage } from '../../spi/trinoError.ts';

/** From `etc/group-provider.properties`: a file of groups and their members. */
export interface GroupProviderConfig {
  readonly file: string;
  readonly refreshPeriodMs: number;
}

const REFRESH_PERIOD_MS = 5_000;

/** undefined: no user is in a group. Raises a configuration error, also for a file of groups that has a mistake. */
export function readGroupProvider(etcDir: string, environment: NodeJS.ProcessEnv): GroupProviderConfig | undefined {
  const propertiesFile = path.join(etcDir, 'group-provider.properties');
  if (!existsSync(propertiesFile)) return undefined;
  const config = new ConfigReader(propertiesFile, readPropertiesFile(propertiesFile, environment));
  const name = config.required('group-provider.name');
  if (name !== 'file') throw configurationError(propertiesFile, `Group provider '${name}' is not registered`);
  const named = config.string('file.group-file');
  const invalid = (key: string, problem: string) => configurationError(propertiesFile, `Invalid configuration property ${key}: ${problem}`);
  if (named === undefined) throw invalid('file.group-file', 'must not be null');
  const refreshPeriodMs = config.durationMs('file.refresh-period', REFRESH_PERIOD_MS);
  if (refreshPeriodMs < 1) throw invalid('file.refresh-period', 'must be greater than or equal to 1ms');
  config.requireAllUsed();
  const file = [path.resolve(named), path.resolve(path.dirname(etcDir), named)].find((candidate) => existsSync(candidate));
  if (file === undefined) throw invalid('file.group-file', `file does not exist: ${named}`);
  try {
    readUserGroups(file);
  } catch (cause) {
    throw configurationError(file, errorMessage(cause), cause);
  }
  return { file, refreshPeriodMs };
}

/** The groups of each user, from lines of `group:user,user`. */
export function readUserGroups(file: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const [index, line] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 0) throw new Error(`Error in group file line ${index + 1}: Expected two parts for group and users`);
    const group = line.slice(0, colon).trim();
    for (const item of line.slice(colon + 1).split(',')) {
      const user = item.trim();
      if (user === '') continue;
      const known = groups.get(user);
      if (known === undefined) groups.set(user, new Set([group]));
      else known.add(group);
    }
  }
  return new Map([...groups].map(([user, names]) => [user, [...names]]));
}
