/** What tables alone cannot say. Each text is one statement. */
export const EXTENSIONS_SQL: readonly string[] = [
  // Equality inside the exclusion constraint of prices. Trusted since PostgreSQL 13: the database's owner may add it.
  `CREATE EXTENSION IF NOT EXISTS btree_gist`,
];

export const GUARDS_SQL: readonly string[] = [
  // The lower 24 bits of a MAC below 02:6f:76; numbers are never used again, so no two NICs ever shared one.
  `CREATE SEQUENCE mac_number MINVALUE 1 MAXVALUE 16777214 NO CYCLE`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rows of % never change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END $$`,
  `CREATE TRIGGER descriptor_version_never_changes BEFORE UPDATE OR DELETE ON descriptor_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
];
