export interface Deadline {
  readonly passed: Promise<'passed'>;
  remainingMs(): number;
  cancel(): void;
}

export function deadline(limitMs: number): Deadline {
  const endsAt = performance.now() + limitMs;
  const { promise, resolve } = Promise.withResolvers<'passed'>();
  const timer = setTimeout(() => resolve('passed'), limitMs);
  return {
    passed: promise,
    remainingMs: () => Math.max(0, Math.round(endsAt - performance.now())),
    cancel: () => clearTimeout(timer),
  };
}
