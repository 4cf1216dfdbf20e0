/** The queue's tables live here, whatever the authority. */
export const jobsSchema = 'qinglan_jobs';
