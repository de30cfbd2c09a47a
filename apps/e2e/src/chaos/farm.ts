/** What callers order: a database server with a data disk, and web servers that start after it; no EFM, so stories stay short. */
export const FARM = `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: e2e-farm, version: 1.0.0 }
parameters:
  webCount: { type: integer, default: 2, minimum: 0, maximum: 100 }
  webDisks: { type: integer, default: 0, minimum: 0, maximum: 2 }
vnets:
  app: { cidr: 10.20.0.0/24 }
vservers:
  web:
    type: standard.tiny
    image: debian-13
    count: \${webCount}
    startAfter: [db]
    nics: [{ vnet: app }]
  db:
    type: standard.tiny
    image: debian-13
    nics: [{ vnet: app }]
    disks: [{ name: data, size: 5 }]
`;
