import type { Session } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { ResourceGroupSpec, ResourceGroupsSpec } from '../../config/resourceGroupSpec.ts';
import { type GroupLimits, type GroupedQuery, ResourceGroup } from './resourceGroup.ts';
import { selectGroup } from './selectGroup.ts';

/** A query that can be put into a group. */
export interface SubmittedQuery extends GroupedQuery {
  readonly session: Session;
  resourceGroupId: readonly string[] | undefined;
  start(): Promise<void>;
}

export interface ResourceGroupOptions {
  readonly spec: ResourceGroupsSpec;
  /** What percentages of memory are of. */
  readonly memoryBytes: number;
  readonly now: () => number;
}

/** Which group each query belongs to, and when it runs. Groups come into being with their first query. */
export class ResourceGroupManager<Q extends SubmittedQuery> {
  readonly #options: ResourceGroupOptions;
  readonly #roots = new Map<string, ResourceGroup<Q>>();
  readonly #groupOf = new Map<Q, ResourceGroup<Q>>();
  #spec: ResourceGroupsSpec;
  #lastTickMs: number;

  constructor(options: ResourceGroupOptions) {
    this.#options = options;
    this.#spec = options.spec;
    this.#lastTickMs = options.now();
  }

  get roots(): readonly ResourceGroup<Q>[] {
    return [...this.#roots.values()];
  }

  counts(): { readonly queued: number; readonly running: number } {
    const sum = (value: (group: ResourceGroup<Q>) => number) => this.roots.reduce((total, group) => total + value(group), 0);
    return { queued: sum((group) => group.queuedCount), running: sum((group) => group.runningCount) };
  }

  running(): readonly Q[] {
    return [...this.#groupOf].filter(([query, group]) => group.running.has(query)).map(([query]) => query);
  }

  find(names: readonly string[]): ResourceGroup<Q> | undefined {
    const [first = '', ...rest] = names;
    return rest.reduce<ResourceGroup<Q> | undefined>((group, name) => group?.subGroups.get(name), this.#roots.get(first));
  }

  /** Starts the query or lets it wait. Raises QUERY_REJECTED and QUERY_QUEUE_FULL; `queryType` raises what is wrong with the statement. */
  submit(query: Q, queryType: () => string): void {
    const selected = selectGroup(
      this.#spec.selectors,
      query.session,
      this.#spec.selectors.some((selector) => selector.queryType !== undefined) ? queryType() : '',
    );
    if (selected === undefined) {
      queryType(); // an error of syntax comes first
      throw new TrinoError('QUERY_REJECTED', undefined, 'No matching resource group found with the configured selection rules');
    }
    const group = this.#group(selected.templates, selected.names);
    query.resourceGroupId = group.id;
    if (group.subGroups.size > 0) {
      throw new TrinoError('INVALID_RESOURCE_GROUP', undefined, `Cannot add queries to ${group.id.join('.')}. It is not a leaf group.`);
    }
    if (group.canRunUpwards()) {
      this.#groupOf.set(query, group);
      this.#start(query, group);
    } else if (group.canQueueMore()) {
      this.#groupOf.set(query, group);
      group.enqueue(query);
    } else {
      queryType();
      throw new TrinoError('QUERY_QUEUE_FULL', undefined, `Too many queued queries for "${group.id.join('.')}"`);
    }
  }

  ended(query: Q): void {
    this.#groupOf.get(query)?.remove(query);
    this.#groupOf.delete(query);
    this.startWaiting();
  }

  /** A query of the group has used the processor. */
  addCpu(query: Q, ms: number): void {
    this.#groupOf.get(query)?.addCpu(ms);
  }

  /** Quotas come back; who may run now runs. */
  tick(): void {
    const now = this.#options.now();
    for (const group of this.#roots.values()) group.regenerateCpu(now - this.#lastTickMs);
    this.#lastTickMs = now;
    this.startWaiting();
  }

  startWaiting(): void {
    for (const root of this.#roots.values()) {
      for (let next = root.takeNext(); next !== undefined; next = root.takeNext()) this.#start(next.query, next.group);
    }
  }

  /** New limits for the groups that are there; a group that is gone from the file keeps its limits until its queries have ended. */
  configure(spec: ResourceGroupsSpec): void {
    this.#spec = spec;
    for (const root of this.#roots.values()) this.#reconfigure(root, spec.rootGroups);
    this.startWaiting();
  }

  #reconfigure(group: ResourceGroup<Q>, specs: readonly ResourceGroupSpec[]): void {
    const spec = specs.find((candidate) => candidate.name === group.spec.name);
    if (spec === undefined) return;
    group.configure(spec, this.#limits());
    for (const sub of group.subGroups.values()) this.#reconfigure(sub, spec.subGroups);
  }

  #limits(): GroupLimits {
    return { memoryBytes: this.#options.memoryBytes, cpuQuotaPeriodMs: this.#spec.cpuQuotaPeriodMs };
  }

  #group(templates: readonly string[], names: readonly string[]): ResourceGroup<Q> {
    let parent: ResourceGroup<Q> | undefined;
    let specs = this.#spec.rootGroups;
    for (const [at, name] of names.entries()) {
      const spec = specs.find((candidate) => candidate.name === templates[at]);
      if (spec === undefined) throw new Error(`no such resource group: ${templates.join('.')}`);
      let group: ResourceGroup<Q> | undefined = (parent?.subGroups ?? this.#roots).get(name);
      if (group === undefined) {
        group = new ResourceGroup<Q>(name, parent, spec, this.#limits());
        if (parent === undefined) this.#roots.set(name, group);
      }
      parent = group;
      specs = spec.subGroups;
    }
    if (parent === undefined) throw new Error('a resource group without a name');
    return parent;
  }

  #start(query: Q, group: ResourceGroup<Q>): void {
    group.start(query);
    void query.start();
  }
}
