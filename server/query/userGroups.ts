import type { Logger } from '../../spi/connector.ts';
import { type GroupProviderConfig, readUserGroups } from '../config/groupProviderConfig.ts';
import { errorMessage } from '../../spi/trinoError.ts';

export interface UserGroupsOptions {
  /** undefined: nobody is in a group. */
  readonly config: GroupProviderConfig | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

/** Who is in which group. The file is read again when its refresh period has passed; one with a mistake leaves the groups as they were and the log says why. */
export class UserGroups {
  readonly #options: UserGroupsOptions;
  #groups: ReadonlyMap<string, readonly string[]> = new Map();
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(options: UserGroupsOptions) {
    this.#options = options;
  }

  of(user: string): readonly string[] {
    const { config, now } = this.#options;
    if (config === undefined) return [];
    if (now() - this.#readMs >= config.refreshPeriodMs) this.#read(config.file);
    return this.#groups.get(user) ?? [];
  }

  #read(file: string): void {
    const { now, log } = this.#options;
    this.#readMs = now();
    try {
      this.#groups = readUserGroups(file);
    } catch (error) {
      log.error('groups of users not taken, they stay as they were', { file, error: errorMessage(error) });
    }
  }
}
