/**
 * What a route asks of its caller. A route without `@Allow` or `@AllowAnyone` is refused by the guard and fails a test:
 * deny by default.
 */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Permission } from '@openvsys/vsys';

export const ALLOW_METADATA = 'openvsys:allow';
export type Allowance =
  | { readonly permission: Permission }
  | { readonly anyone: true }
  | { readonly authenticated: true }
  | { readonly password: true }
  | { readonly agent: true };

/** Callers with this permission. */
export function Allow(permission: Permission): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(ALLOW_METADATA, { permission } satisfies Allowance),
    ApiSecurity('token'),
    ApiExtension('x-permission', permission),
  );
}

/** Callers with any valid token. */
export function AllowAuthenticated(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(ALLOW_METADATA, { authenticated: true } satisfies Allowance),
    ApiSecurity('token'),
  );
}

/** Callers with any valid token, which may come as the password of HTTP Basic too. */
export function AllowPassword(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ALLOW_METADATA, { password: true } satisfies Allowance));
}

/** Callers without a token too: liveness and the API document. */
export function AllowAnyone(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ALLOW_METADATA, { anyone: true } satisfies Allowance));
}

/** The agent of an EFM's appliance, with the token of its config drive; nobody else. */
export function AllowAgent(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ALLOW_METADATA, { agent: true } satisfies Allowance));
}
