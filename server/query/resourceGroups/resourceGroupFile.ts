import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import type { Logger } from '../../../spi/connector.ts';
import type { ResourceGroupsSpec } from '../../config/resourceGroupSpec.ts';
import { readResourceGroupsFile } from '../../config/serverConfig.ts';
import { errorMessage } from '../../../spi/trinoError.ts';

const SETTLE_MS = 150;

export interface ResourceGroupFileOptions {
  readonly file: string;
  readonly groups: { configure(spec: ResourceGroupsSpec): void };
  readonly log: Logger;
}

/** Follows the file of the resource groups. One that cannot be taken leaves the groups as they were and says so in the log. */
export class ResourceGroupFile {
  readonly #options: ResourceGroupFileOptions;
  readonly #watcher: FSWatcher;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ResourceGroupFileOptions) {
    this.#options = options;
    const name = path.basename(options.file);
    // the folder, since editors put a new file in the place of the old one
    this.#watcher = watch(path.dirname(options.file), { persistent: false }, (_, changed) => {
      if (changed !== name) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#reload(), SETTLE_MS);
    });
    this.#watcher.on('error', (error) => options.log.warn('the resource groups are no longer followed', { error: String(error) }));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watcher.close();
  }

  #reload(): void {
    const { file, groups, log } = this.#options;
    try {
      groups.configure(readResourceGroupsFile(file));
      log.info('resource groups loaded', { file });
    } catch (error) {
      log.error('resource groups not taken, they stay as they were', { error: errorMessage(error) });
    }
  }
}

/** With nothing configured every query belongs to `global`. */
export function globalGroup(concurrencyMax: number, queueMax: number): ResourceGroupsSpec {
  const group = {
    name: 'global',
    softMemoryLimit: undefined,
    hardConcurrencyLimit: concurrencyMax,
    softConcurrencyLimit: 0,
    maxQueued: queueMax,
    schedulingPolicy: 'fair',
    schedulingWeight: undefined,
    softCpuLimitMs: undefined,
    hardCpuLimitMs: undefined,
    subGroups: [],
  } as const;
  const any = { user: undefined, originalUser: undefined, authenticatedUser: undefined, userGroup: undefined, source: undefined };
  return {
    rootGroups: [group],
    selectors: [{ ...any, queryType: undefined, clientTags: [], resourceEstimate: undefined, group: ['global'] }],
    cpuQuotaPeriodMs: undefined,
  };
}
