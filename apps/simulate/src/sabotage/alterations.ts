/** How parts of a worker are made to work wrongly without touching their code. */
import type { Hypervisor, ObservedVsys, Turn } from '@openvsys/vsys';
import type { ManagedPool, WorkerParts } from '@openvsys/worker';

type Alteration = (parts: WorkerParts) => WorkerParts;

/** Each turn is changed before it is stored. */
export function withTurns(change: (turn: Turn) => Turn): Alteration {
  return ({ provisioning, ...parts }) => ({
    ...parts,
    provisioning: {
      findWork: async (vsys) => await provisioning.findWork(vsys),
      commit: async (fence, turn) => await provisioning.commit(fence, change(turn)),
      listLive: async (...asked) => await provisioning.listLive(...asked),
      listUnsettled: async (...asked) => await provisioning.listUnsettled(...asked),
    },
  });
}

/** Some of what a pool is asked is done in another way. */
export function withPool(methods: Partial<Hypervisor>): Alteration {
  return ({ connect, ...parts }) => ({ ...parts, connect: (pool) => replaced(connect(pool), methods) });
}

/** What is seen in the pool is changed before the engine gets it. */
export function withObserved(change: (seen: ObservedVsys) => ObservedVsys): Alteration {
  return ({ connect, ...parts }) => ({
    ...parts,
    connect: (pool) => {
      const real = connect(pool);
      return replaced(real, { observe: (vsys) => change(real.observe(vsys)) });
    },
  });
}

function replaced(pool: ManagedPool, methods: Partial<Hypervisor>): ManagedPool {
  return new Proxy(pool, {
    get: (target, name) => {
      const member: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
