/** The document without a running service: routes are looked at, nothing is made or connected. */
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '@openvsys/vsys';
import { AppModule } from '../app.module.js';
import { createOpenApiDocument } from '../http/openapi-document.js';

const nothing = (): never => {
  throw new DomainError('internal', 'The document needs no infrastructure.');
};

export async function documentWithoutService(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(AppModule.from(nothing), {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  });
  return createOpenApiDocument(app);
}
