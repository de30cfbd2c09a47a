/** The dry run of deleting, as the REST API shows it. */
import { Flag, Instant, Nested, Texts, Whole } from '../../../http/fields.js';
import { PlanView } from './plan.views.js';

export class PlannedDeletionView {
  @Flag({ description: 'Deleting is refused as long as the system is protected.', example: false })
  isProtected!: boolean;

  @Instant({
    description:
      'Until then it stays in the recycle bin, stopped, and can be restored; null: it is gone at once.',
    nullable: true,
  })
  binnedUntil!: Date | null;

  @Texts({ description: 'Servers whose system disks vanish in the end.', example: ['web-1', 'db'] })
  servers!: readonly string[];

  @Texts({ description: 'Data disks that vanish in the end.', example: ['db-data'] })
  disks!: readonly string[];

  @Texts({ description: 'Snapshots that vanish in the end.', example: [] })
  snapshots!: readonly string[];

  @Texts({ description: 'Back-ups that vanish in the end.', example: [] })
  backups!: readonly string[];

  @Texts({ description: 'Ids of back-ups that stay, and go on costing.', example: [] })
  keptBackups!: readonly string[];

  @Whole({ description: 'GiB of disks that vanish in the end.', example: 40 })
  dataGiB!: number;

  @Texts({ description: 'Addresses that become free for others in the end.', example: ['203.0.113.2'] })
  freedAddresses!: readonly string[];

  @Texts({
    description: 'Connections to other systems that end for good; none while it is in the recycle bin.',
    example: [],
  })
  connections!: readonly string[];

  @Texts({
    description:
      'Ids of parts that are charged while the system is in the recycle bin; none when it is gone at once.',
    example: [],
  })
  stillCharged!: readonly string[];
}

export class DeletionPlanView extends PlanView {
  @Nested({ description: 'What deleting means.' }, () => PlannedDeletionView)
  deletion!: PlannedDeletionView;
}
