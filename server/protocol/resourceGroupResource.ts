import type { FastifyInstance } from 'fastify';
import { formatDuration } from '../config/units.ts';
import type { Query } from '../query/query.ts';
import type { QueryManager } from '../query/queryManager.ts';
import type { ResourceGroup } from '../query/resourceGroups/resourceGroup.ts';
import { BadRequest } from './badRequest.ts';

/** /v1/resourceGroupState/root/group: one resource group with its sub-groups and the queries that run below it. */
export function registerResourceGroupResource(app: FastifyInstance, queries: QueryManager, now: () => number): void {
  app.get<{ Params: { '*': string } }>('/v1/resourceGroupState/*', (request, reply) => {
    const group = queries.groups.find(request.params['*'].split('/'));
    if (group === undefined) throw new BadRequest(404, 'Error 404 Not Found: HTTP 404 Not Found');
    const subGroups = [...group.subGroups.values()].map(groupState);
    return reply.send({ ...groupState(group), subGroups, runningQueries: runningBelow(group).map((query) => runningQuery(query, now())) });
  });
}

function groupState(group: ResourceGroup<Query>): Record<string, unknown> {
  const { spec } = group;
  return {
    id: group.id,
    state: group.state(),
    schedulingPolicy: group.schedulingPolicy.toUpperCase(),
    schedulingWeight: group.schedulingWeight,
    softMemoryLimit: `${group.softMemoryLimitBytes ?? 2n ** 63n - 1n}B`,
    softConcurrencyLimit: group.softConcurrencyLimit,
    hardConcurrencyLimit: spec.hardConcurrencyLimit,
    maxQueuedQueries: spec.maxQueued,
    memoryUsage: `${Math.round(group.memoryUsageBytes)}B`,
    cpuUsage: formatDuration(group.cpuUsageMs),
    numQueuedQueries: group.queuedCount,
    numRunningQueries: group.runningCount,
    numEligibleSubGroups: group.eligibleSubGroups,
  };
}

function runningBelow(group: ResourceGroup<Query>): readonly Query[] {
  return [...group.running, ...[...group.subGroups.values()].flatMap(runningBelow)];
}

function runningQuery(query: Query, nowMs: number): Record<string, unknown> {
  const { states, session } = query;
  const { processedRows, processedBytes, peakMemoryBytes, progress } = query.statistics();
  return {
    queryId: query.id,
    queryState: states.state,
    resourceGroupId: query.resourceGroupId,
    query: query.sql,
    createTime: new Date(states.createdMs).toISOString(),
    user: session.user,
    source: session.source,
    progress: {
      elapsedTimeMillis: Math.round(nowMs - states.createdMs),
      queuedTimeMillis: Math.round(states.durationMs('QUEUED')),
      cpuTimeMillis: Math.round(query.cpuTimeMs),
      scheduledTimeMillis: Math.round(query.cpuTimeMs),
      currentMemoryBytes: Math.round(query.memoryBytes()),
      peakMemoryBytes,
      inputRows: processedRows,
      inputBytes: processedBytes,
      blocked: false,
      progressPercentage: (progress ?? 0) * 100,
    },
  };
}
