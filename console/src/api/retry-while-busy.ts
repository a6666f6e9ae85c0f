import { ApiProblem } from "./api-problem.ts";

/** How often it is tried again before it shows as failed. Ours: about a minute and a half. */
const TRIES = 20;

/** Where the server says nothing about when, in s. */
const WAIT_S = 3;

/**
 * Tries again by itself while so many sign in that the server has no room: nothing was done and nothing was counted.
 * The waits differ a little from page to page, or all would come back at once.
 * @param onWaiting called before each wait, for a calm word
 */
export async function retryWhileBusy<Result>(
  act: () => Promise<Result>,
  onWaiting: () => void,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "identity.busy" || tries > TRIES) throw error;
      onWaiting();
      const seconds = (error.problem.retryAfter ?? WAIT_S) * (0.6 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}
