import type { ResourceGroupSpec, SchedulingPolicy } from '../../config/resourceGroupSpec.ts';

/** What a group asks of a query that waits or runs in it. */
export interface GroupedQuery {
  readonly id: string;
  /** The session property query_priority. */
  readonly priority: number;
  readonly memoryBytes: () => number;
}

export interface GroupLimits {
  readonly memoryBytes: number;
  readonly cpuQuotaPeriodMs: number | undefined;
}

/** A node of the tree of resource groups: queries wait and run in its leaves, its limits hold for all below it. */
export class ResourceGroup<Q extends GroupedQuery> {
  readonly id: readonly string[];
  readonly parent: ResourceGroup<Q> | undefined;
  readonly subGroups = new Map<string, ResourceGroup<Q>>();
  readonly running = new Set<Q>();
  #spec: ResourceGroupSpec;
  #limits: GroupLimits;
  #queue: Q[] = [];
  #cpuUsageMs = 0;
  /** When a query of this group last started: who waited longest goes first. */
  #lastStart = 0;
  #starts = 0;

  constructor(name: string, parent: ResourceGroup<Q> | undefined, spec: ResourceGroupSpec, limits: GroupLimits) {
    this.id = [...(parent?.id ?? []), name];
    this.parent = parent;
    this.#spec = spec;
    this.#limits = limits;
    parent?.subGroups.set(name, this);
  }

  get spec(): ResourceGroupSpec {
    return this.#spec;
  }

  configure(spec: ResourceGroupSpec, limits: GroupLimits): void {
    this.#spec = spec;
    this.#limits = limits;
  }

  get queuedCount(): number {
    return this.#queue.length + this.#sum((group) => group.queuedCount);
  }

  get runningCount(): number {
    return this.running.size + this.#sum((group) => group.runningCount);
  }

  get memoryUsageBytes(): number {
    return [...this.running].reduce((sum, query) => sum + query.memoryBytes(), 0) + this.#sum((group) => group.memoryUsageBytes);
  }

  get cpuUsageMs(): number {
    return this.#cpuUsageMs;
  }

  get softMemoryLimitBytes(): number | undefined {
    const limit = this.#spec.softMemoryLimit;
    if (limit === undefined) return undefined;
    return 'bytes' in limit ? limit.bytes : Math.floor(limit.fraction * this.#limits.memoryBytes);
  }

  get schedulingWeight(): number {
    return this.#spec.schedulingWeight ?? 1;
  }

  /** Below a group that goes by priority every group does. */
  get schedulingPolicy(): SchedulingPolicy {
    return this.parent?.schedulingPolicy === 'query_priority' ? 'query_priority' : this.#spec.schedulingPolicy;
  }

  get softConcurrencyLimit(): number {
    return this.#spec.softConcurrencyLimit ?? this.#spec.hardConcurrencyLimit;
  }

  get eligibleSubGroups(): number {
    return [...this.subGroups.values()].filter((group) => group.#eligible()).length;
  }

  state(): 'CAN_RUN' | 'CAN_QUEUE' | 'FULL' {
    if (this.canRunMore()) return 'CAN_RUN';
    return this.canQueueMore() ? 'CAN_QUEUE' : 'FULL';
  }

  canQueueMore(): boolean {
    return this.queuedCount < this.#spec.maxQueued && (this.parent?.canQueueMore() ?? true);
  }

  /** Whether one more query may run by this group's own limits. */
  canRunMore(): boolean {
    const memoryLimit = this.softMemoryLimitBytes;
    return this.runningCount < this.#concurrencyLimit() && (memoryLimit === undefined || this.memoryUsageBytes <= memoryLimit);
  }

  canRunUpwards(): boolean {
    return this.canRunMore() && (this.parent?.canRunUpwards() ?? true);
  }

  enqueue(query: Q): void {
    this.#queue.push(query);
  }

  start(query: Q): void {
    this.running.add(query);
  }

  /** The query has ended, from its queue or from running. */
  remove(query: Q): void {
    this.running.delete(query);
    this.#queue = this.#queue.filter((queued) => queued !== query);
  }

  /** Takes the query that is to run next out of its queue, or undefined when none may. */
  takeNext(): { readonly query: Q; readonly group: ResourceGroup<Q> } | undefined {
    if (!this.#eligible()) return undefined;
    this.#lastStart = ++clock;
    this.#starts++;
    if (this.#queue.length > 0) {
      const query = chosenQuery(this.schedulingPolicy, this.#queue);
      this.#queue = this.#queue.filter((queued) => queued !== query);
      return { query, group: this };
    }
    const eligible = [...this.subGroups.values()].filter((group) => group.#eligible());
    return this.#chosenGroup(eligible)?.takeNext();
  }

  addCpu(ms: number): void {
    this.#cpuUsageMs += ms;
    this.parent?.addCpu(ms);
  }

  /** A quota comes back at the rate of its limit per period. */
  regenerateCpu(elapsedMs: number): void {
    const limit = this.#spec.hardCpuLimitMs ?? this.#spec.softCpuLimitMs;
    const period = this.#limits.cpuQuotaPeriodMs;
    const rate = limit === undefined || period === undefined ? Number.POSITIVE_INFINITY : Math.max(0.001, limit / period);
    this.#cpuUsageMs = Math.max(0, this.#cpuUsageMs - (elapsedMs > 0 ? rate * elapsedMs : 0));
    for (const group of this.subGroups.values()) group.regenerateCpu(elapsedMs);
  }

  #concurrencyLimit(): number {
    const { hardConcurrencyLimit, softCpuLimitMs, hardCpuLimitMs } = this.#spec;
    const usage = this.#cpuUsageMs;
    if (hardCpuLimitMs !== undefined && usage >= hardCpuLimitMs) return 0;
    if (hardCpuLimitMs === undefined || softCpuLimitMs === undefined || usage < softCpuLimitMs) return hardConcurrencyLimit;
    const left = hardCpuLimitMs === softCpuLimitMs ? 0 : 1 - (usage - softCpuLimitMs) / (hardCpuLimitMs - softCpuLimitMs);
    return Math.max(1, Math.floor(hardConcurrencyLimit * left));
  }

  #eligible(): boolean {
    return this.canRunMore() && (this.#queue.length > 0 || [...this.subGroups.values()].some((group) => group.#eligible()));
  }

  /** Groups below their soft limit go before the others. */
  #chosenGroup(eligible: readonly ResourceGroup<Q>[]): ResourceGroup<Q> | undefined {
    const below = eligible.filter((group) => group.runningCount < group.softConcurrencyLimit);
    const candidates = below.length > 0 ? below : eligible;
    switch (this.schedulingPolicy) {
      case 'fair':
        return least(candidates, (group) => group.#lastStart);
      case 'weighted':
        return drawn(candidates, (group) => group.schedulingWeight);
      case 'weighted_fair':
        return least(candidates, (group) => (group.runningCount + group.#starts * FAIR_TIE) / Math.max(1, group.schedulingWeight));
      case 'query_priority':
        return least(eligible, (group) => -group.#highestPriority());
    }
  }

  #highestPriority(): number {
    const own = this.#queue.map((query) => query.priority);
    return Math.max(...own, ...[...this.subGroups.values()].filter((group) => group.#eligible()).map((group) => group.#highestPriority()));
  }

  #sum(value: (group: ResourceGroup<Q>) => number): number {
    let sum = 0;
    for (const group of this.subGroups.values()) sum += value(group);
    return sum;
  }
}

let clock = 0;

/** Between groups with equal shares the one that has started fewer goes first. */
const FAIR_TIE = 1e-9;

function chosenQuery<Q extends GroupedQuery>(policy: SchedulingPolicy, queue: readonly Q[]): Q {
  const [first] = queue;
  if (first === undefined) throw new Error('the queue is empty');
  switch (policy) {
    case 'fair':
    case 'weighted_fair':
      return first;
    case 'weighted':
      return drawn(queue, (query) => Math.max(1, query.priority)) ?? first;
    case 'query_priority':
      return least(queue, (query) => -query.priority) ?? first;
  }
}

/** The first of those with the least value. */
function least<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  let best: T | undefined;
  for (const item of items) if (best === undefined || value(item) < value(best)) best = item;
  return best;
}

/** One at random, in proportion to the weights. */
function drawn<T>(items: readonly T[], weight: (item: T) => number): T | undefined {
  const total = items.reduce((sum, item) => sum + Math.max(0, weight(item)), 0);
  let at = Math.random() * total;
  for (const item of items) {
    at -= Math.max(0, weight(item));
    if (at < 0) return item;
  }
  return items[0];
}
