// Purpose: the server's database joins name spaces with two underscores (`name__label`). Two places show these names:
// filters of get_all_records_where and MAP_DUPLICATE_KEY.

/** The database name of a field of the API. */
export function databaseName(field: string): string {
  return field.replace(/^(name|API_version|memory|VCPUs|actions|PV(?!_drivers)|HVM|qos|io)_/, '$1__');
}
