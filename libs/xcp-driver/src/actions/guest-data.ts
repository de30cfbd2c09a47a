/** Guest data lives in the VM's xenstore under `vm-data/`; the rest of the xenstore data is the platform's. */
const PREFIX = 'vm-data/';

type Texts = Readonly<Record<string, string>>;

export const guestDataOf = (xenstore: Texts): Texts =>
  Object.fromEntries(
    Object.entries(xenstore)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );

/** The xenstore data with exactly this guest data. */
export const withGuestData = (xenstore: Texts, guestData: Texts): Texts => ({
  ...Object.fromEntries(Object.entries(xenstore).filter(([key]) => !key.startsWith(PREFIX))),
  ...Object.fromEntries(Object.entries(guestData).map(([key, value]) => [PREFIX + key, value])),
});
