/** Numbers about samples. */
/** The value below which `fraction` of the samples lie (nearest rank). Throws RangeError without samples. */
export declare function percentile(samples: readonly number[], fraction: number): number;
/** Throws RangeError without samples. */
export declare function mean(samples: readonly number[]): number;
