/** Where the sentence package → deploy → invoke → observe is spoken to: AWS itself, or any endpoint that speaks its API. */
export interface Target {
  /** For people: "Local Lambda", "AWS · work · eu-west-1", "http://127.0.0.1:9070". */
  readonly label: string;
  /** Absent: AWS's own endpoints. */
  readonly endpoint?: string;
  /** Absent: taken from the profile or the environment, as every AWS tool does. */
  readonly region?: string;
  /** A profile of the shared AWS config; absent: the standard credential chain. */
  readonly profile?: string;
  /** Fixed credentials, as the local Lambda makes them; absent: `profile`, or the standard chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Execution role (ARN) for functions that are created without one of their own. */
  readonly role?: string;
}
