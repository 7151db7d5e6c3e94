import type { NamedQuery } from '../../protocol/query.ts';

/** What people ask of a function's log first. The REPORT lines' fields are those that Logs Insights finds in Lambda's logs. */
export const builtInQueries: readonly NamedQuery[] = [
  {
    name: 'Cold starts',
    query: `fields @timestamp, @requestId, @initDuration, @duration, @log
| filter @type = "REPORT" and ispresent(@initDuration)
| sort @initDuration desc
| limit 100`,
  },
  {
    name: 'Slowest invocations',
    query: `fields @timestamp, @requestId, @duration, @billedDuration, @initDuration, @log
| filter @type = "REPORT"
| sort @duration desc
| limit 50`,
  },
  {
    name: 'Errors',
    query: `fields @timestamp, @requestId, @message, @log
| filter @message like /(?i)(\\berror\\b|exception|task timed out)/
| sort @timestamp desc
| limit 200`,
  },
  {
    name: 'Memory use',
    query: `filter @type = "REPORT"
| stats count(*) as invocations,
    max(@memorySize / 1000 / 1000) as memoryMB,
    avg(@maxMemoryUsed / 1000 / 1000) as averageUsedMB,
    pct(@maxMemoryUsed / 1000 / 1000, 95) as p95UsedMB,
    max(@maxMemoryUsed / 1000 / 1000) as mostUsedMB
  by @log`,
  },
];
