/** Of the agent, as it reports it. Grows when its behaviour changes. */
export const AGENT_VERSION = '1.0.0';
