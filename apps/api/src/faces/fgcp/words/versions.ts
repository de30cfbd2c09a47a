/** Versions of the API and what is in none of them. */

/** Any of them may be named with any operation: clients send one for all they do. */
export const VERSIONS: readonly string[] = ['2011-01-31', '2012-02-18', '2012-07-20', '2015-01-30'];

/** Of the product, with nothing here that they could stand for. */
const NOT_OFFERED: readonly string[] = [
  // Keys of images are shown to whoever makes them, once.
  'SetDiskImageCopyKey',
  'GetDiskImageCopyKey',
  // Ranges are of data centres and descriptors, not of contracts.
  'CreateAddressPool',
  'AddAddressRange',
  'DeleteAddressRange',
  // A VPN appliance leads into a segment.
  'StandByConsole',
];

/** In the design of 2009, refused by every version of the product. */
const DESIGN_ONLY: readonly string[] = [
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

export const UNSUPPORTED: readonly string[] = [...NOT_OFFERED, ...DESIGN_ONLY];
