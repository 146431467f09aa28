import { type Range, type SelectorSpec, expandName } from '../../config/resourceGroupSpec.ts';
import type { Session } from '../../../spi/session.ts';

/** The names of the group that the first matching selector gives, from the root down; undefined: none matches. */
export function selectGroup(
  selectors: readonly SelectorSpec[],
  session: Session,
  queryType: string,
): { templates: readonly string[]; names: readonly string[] } | undefined {
  for (const selector of selectors) {
    const variables = matched(selector, session, queryType);
    if (variables !== undefined) return { templates: selector.group, names: selector.group.map((template) => expandName(template, variables)) };
  }
  return undefined;
}

/** The variables for the names of the group, or undefined when the selector does not match. */
function matched(selector: SelectorSpec, session: Session, queryType: string): ReadonlyMap<string, string> | undefined {
  const variables = new Map<string, string>([
    ['USER', session.user],
    ['SOURCE', session.source ?? ''],
  ]);
  const matches = (pattern: RegExp | undefined, text: string, names: boolean): boolean => {
    if (pattern === undefined) return true;
    const match = pattern.exec(text);
    if (match === null) return false;
    if (names) for (const [name, value] of Object.entries(match.groups ?? {})) variables.set(name, value ?? '');
    return true;
  };
  if (!matches(selector.user, session.user, true)) return undefined;
  if (!matches(selector.originalUser, session.originalUser, false)) return undefined;
  if (!matches(selector.authenticatedUser, session.originalUser, false)) return undefined;
  const { userGroup } = selector;
  if (userGroup !== undefined && !session.groups.some((group) => userGroup.test(group))) return undefined;
  if (!matches(selector.source, session.source ?? '', true)) return undefined;
  if (selector.queryType !== undefined && selector.queryType !== queryType) return undefined;
  if (!selector.clientTags.every((tag) => session.clientTags.includes(tag))) return undefined;
  const { resourceEstimate: wanted } = selector;
  if (wanted !== undefined) {
    const { executionTimeMs, cpuTimeMs, peakMemoryBytes } = session.resourceEstimates;
    if (!within(wanted.executionTimeMs, executionTimeMs) || !within(wanted.cpuTimeMs, cpuTimeMs) || !within(wanted.peakMemoryBytes, peakMemoryBytes))
      return undefined;
  }
  return variables;
}

function within(range: Range | undefined, value: number | undefined): boolean {
  if (range === undefined) return true;
  if (value === undefined) return false;
  return (range.min === undefined || value >= range.min) && (range.max === undefined || value <= range.max);
}
