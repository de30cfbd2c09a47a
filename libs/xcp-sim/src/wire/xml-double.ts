// Purpose: a number that came as <double>: it must not pass for an int, while a JSON number may be either.

export class XmlDouble {
  constructor(readonly value: number) {}
}
