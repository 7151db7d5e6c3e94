// What stands outside the handler runs once, at the cold start.
const startedAt = new Date();
console.log('This environment starts at', startedAt.toISOString());

let invocations = 0;

export const handler = async (event, context) => {
  invocations += 1;
  console.log('Invocation', invocations, 'of this environment, with', event);
  const name = event.name ?? 'world';
  return {
    message: `Hello, ${name}!`,
    invocations,
    environmentAgeMs: Date.now() - startedAt.getTime(),
    remainingMs: context.getRemainingTimeInMillis(),
  };
};
