import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { logsClient } from '../aws/clients.ts';
import type { FollowOptions } from '../pipeline.ts';
import type { FollowedGroup } from './followed-groups.ts';
import { readEvents } from './read-logs.ts';
import { SeenEvents } from './seen-events.ts';
import type { LogEvent } from './timing.ts';

/** A backfill looks this far behind the newest event: the service may be late with events of other streams. */
const overlapMs = 30_000;

interface Presence {
  readonly present: readonly FollowedGroup[];
  readonly absent: readonly FollowedGroup[];
}

/** What following logs remembers over interruptions: what was delivered, which log groups are there, and what was said. */
export class FollowSession {
  #client: CloudWatchLogsClient;
  readonly options: FollowOptions;
  readonly groups: readonly FollowedGroup[];
  /** Functions that the target does not have. */
  readonly unknown: readonly string[];
  readonly #seen = new SeenEvents();
  readonly #since: number;
  /** Names of the groups that have been read from `#since` on. */
  readonly #read = new Set<string>();
  #presence: Presence | undefined;
  #isAssumed = true;
  #state: { readonly waiting?: readonly FollowedGroup[]; readonly polling?: boolean } = {};
  #sampled = false;

  constructor(parts: Pick<FollowSession, 'client' | 'options' | 'groups' | 'unknown'>) {
    this.#client = parts.client;
    this.options = parts.options;
    this.groups = parts.groups;
    this.unknown = parts.unknown;
    this.#since = parts.options.since ?? Date.now();
    this.#presence = { present: parts.groups, absent: [] };
  }

  get client(): CloudWatchLogsClient {
    return this.#client;
  }

  /** Has no connection any more that was open until now: where one has died without a word, so have those that rest beside it. */
  async reconnect(): Promise<void> {
    this.#client.destroy();
    this.#client = await logsClient(this.options.target);
  }

  get isOfSeveral(): boolean {
    return this.options.functionNames.length > 1;
  }

  /** Live Tail says that a group is missing, not which one. Tells whether it is worth finding out: not where that was just done. */
  forgetPresent(): boolean {
    const wasAssumed = this.#isAssumed;
    this.#presence = undefined;
    this.#isAssumed = false;
    return wasAssumed && this.groups.length > 1;
  }

  /** Which groups there are; all of them are taken for there until the service says otherwise. */
  async findPresent({ anew = false } = {}): Promise<Presence> {
    if (this.#presence && !anew) return this.#presence;
    const there = await Promise.all(this.groups.map((group) => this.#isThere(group)));
    const present = this.groups.filter((_, at) => there[at]);
    const absent = this.groups.filter((_, at) => !there[at]);
    this.#presence = { present, absent };
    return this.#presence;
  }

  async #isThere({ name }: FollowedGroup): Promise<boolean> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    try {
      await this.client.send(new FilterLogEventsCommand({ logGroupName: name, limit: 1, startTime: Date.now() }), {
        abortSignal: this.options.signal,
      });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
      throw error;
    }
  }

  /** Delivers what the groups have that was not delivered yet. */
  async backfill(groups: readonly FollowedGroup[]): Promise<void> {
    const { signal, filterPattern } = this.options;
    const recent = Math.max(this.#since, this.#seen.newest - overlapMs);
    const events = await readEvents(this.client, {
      groups,
      since: ({ name }) => (this.#read.has(name) ? recent : this.#since),
      named: this.isOfSeveral,
      signal,
      ...(filterPattern && { filterPattern }),
    });
    for (const { name } of groups) this.#read.add(name);
    this.#deliver(this.#seen.backfill(events));
  }

  deliverLive(events: readonly LogEvent[]): void {
    this.#deliver(this.#seen.live(events));
  }

  tellLive(state: { readonly waiting?: readonly FollowedGroup[]; readonly polling?: boolean }): void {
    this.#state = state;
    this.#sampled = false;
    this.#tell();
  }

  tellSampled(isSampled: boolean): void {
    if (this.#sampled === isSampled) return;
    this.#sampled = isSampled;
    this.#tell();
  }

  #tell(): void {
    const { waiting = [], polling = false } = this.#state;
    const details = [
      ...(this.#sampled ? ['More than 500 events a second: the service shows a sample'] : []),
      ...(polling ? ['Live Tail is not available here: asking every second'] : []),
      ...(waiting.length > 0 ? [`Waiting for the first log line in ${namesOf(waiting)}`] : []),
      ...(this.unknown.length > 0 ? [`There is no function ${this.unknown.join(', ')}`] : []),
    ];
    this.options.onStatus?.({ state: 'live', ...(details.length > 0 && { detail: details.join('. ') }) });
  }

  #deliver(events: readonly LogEvent[]): void {
    if (events.length > 0) this.options.onEvents(events);
  }
}

const namesOf = (groups: readonly FollowedGroup[]): string => groups.map(({ name }) => name).join(', ');
