/** An operation as the service model shapes its input; `undefined` is an answer without a body. */
export type Operation = (input: Readonly<Record<string, unknown>>) => unknown;

/** What a resource of the API answers, by the operations' names. */
export type OperationTable = Readonly<Record<string, Operation>>;
