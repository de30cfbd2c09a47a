/** The address under which others reach this installation; undefined on one that only this machine reaches. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/;

export function findPublicUrl(publicUrl: string | null): URL | undefined {
  if (publicUrl === null || !URL.canParse(publicUrl)) return undefined;
  const url = new URL(publicUrl);
  return LOOPBACK.test(url.hostname) ? undefined : url;
}
