/** The queue's tables live here, whatever the authority. */
export const jobsSchema = 'qinglan_jobs';

/**
 * What an authority's jobs hold, each in share, as an advisory lock of the first node while they work; whoever holds it
 * alone has an authority without jobs.
 */
export const atWorkKey = (authority: string): string => `qinglan jobs of ${authority}`;
