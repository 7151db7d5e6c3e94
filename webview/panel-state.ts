import { LitElement } from 'lit';
import type { PanelResult, TailStatus } from '../src/protocol/panel.ts';
import { host, type ViewState } from './host.ts';
import { openedView } from './view-state.ts';

/** What the panel is drawn from, beside its log: a change of it draws the panel anew. */
export class PanelState extends LitElement {
  static override properties = {
    functionNames: { state: true },
    filterPattern: { state: true },
    hasTraces: { state: true },
    target: { state: true },
    tail: { state: true },
    view: { state: true },
    changes: { state: true },
    result: { state: true },
    selected: { state: true },
    collapsed: { state: true },
    columnNames: { state: true },
    wrongTime: { state: true },
  };
  declare functionNames: readonly string[];
  /** What the service was asked to send; empty: all. */
  declare filterPattern: string;
  /** Of the target: ids of traces are links. */
  declare hasTraces: boolean;
  declare target: string;
  declare tail: TailStatus;
  declare view: ViewState;
  /** How often the log has changed. */
  declare changes: number;
  declare result: PanelResult | undefined;
  declare selected: string | undefined;
  declare collapsed: ReadonlySet<string>;
  /** Members of JSON lines, as they were when they were asked for last. */
  declare columnNames: readonly string[];
  declare wrongTime: boolean;

  constructor() {
    super();
    this.functionNames = [];
    this.filterPattern = '';
    this.hasTraces = false;
    this.target = '';
    this.tail = { state: 'connecting' };
    this.view = openedView(host.getState());
    this.changes = 0;
    this.collapsed = new Set();
    this.columnNames = [];
    this.wrongTime = false;
  }
}
