// Purpose: XML scalars whose tag matters: a <double> must not pass for an int, a date not for a string, while the same
// text in JSON may be either.

export class XmlDouble {
  constructor(readonly value: number) {}
}

export class XmlDate {
  constructor(readonly text: string) {}
}
