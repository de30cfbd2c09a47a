/** Refusals of HTTP that the domain has no word for. */
export class CimiRefusal extends Error {
  override readonly name = 'CimiRefusal';

  constructor(
    readonly status: 400 | 405 | 406 | 415,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
