/** Versions of the API and what is in none of them. */

/** Any of them may be named with any operation: clients send one for all they do. */
export const VERSIONS: readonly string[] = ['2011-01-31', '2012-02-18', '2012-07-20', '2015-01-30'];

/** In the design of 2009, refused by every version of the product. */
export const UNSUPPORTED: readonly string[] = [
  'GetVSYSDescriptor',
  'CreateVSYSDescriptor',
  'RegisterVSYSDescriptor',
  'ListVNet',
  'CreateVNet',
  'GetINet',
  'ListProductID',
  'RegisterProductID',
  'CreateDiskImage',
  'RegisterDiskImage',
  'ListVNIC',
  'CreateVNIC',
];
