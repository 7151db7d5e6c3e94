/** Functions that are followed together: a session of Live Tail has no more log groups. */
export const mostFollowed = 10;
