/** The document is complete, valid, and what is kept in the repository is made from the present sources. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../http/openapi-document.js';
import { documentWithoutService } from './document-app.js';
import { generateOpenApi } from './generate-openapi.js';

let document: OpenAPIObject;
beforeAll(async () => {
  document = await documentWithoutService();
});

async function lint(source: string): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // `/v1/vsys/plans` and `/v1/descriptors/validate`: no id of a VSYS looks like that, and the verbs differ.
    rules: { 'no-ambiguous-paths': 'off' },
  });
  const problems = await lintFromString({ source, config });
  return problems.map(({ message, location }) => `${message} ${location[0]?.pointer}`);
}

describe('the API document', () => {
  it('is fresh, and so is the client made from it', async () => {
    expect(await generateOpenApi('check')).toEqual([]);
  });

  it('passes the linter, which does find mistakes', async () => {
    expect(await lint(JSON.stringify(document))).toEqual([]);
    const broken = JSON.stringify(document).replaceAll(
      '#/components/schemas/PlanView"',
      '#/components/schemas/Plan"',
    );
    expect(await lint(broken)).not.toEqual([]);
  });

  it('describes every operation, parameter, property and answer', () => {
    const silent: string[] = [];
    for (const operation of operationsOf(document)) {
      const name = operation.operationId ?? '';
      if (!operation.summary || !operation.description) silent.push(name);
      for (const parameter of operation.parameters ?? []) {
        if ('$ref' in parameter) continue;
        // A closed set is its own example.
        const { schema = {} } = parameter;
        const example = parameter.example ?? Reflect.get(schema, 'example') ?? Reflect.get(schema, '$ref');
        if (!parameter.description || example === undefined) silent.push(`${name} ${parameter.name}`);
      }
      for (const [status, response] of Object.entries(operation.responses)) {
        if (response === undefined || '$ref' in response || !response.description)
          silent.push(`${name} ${status}`);
      }
    }
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      for (const [property, value] of Object.entries(
        'properties' in schema ? (schema.properties ?? {}) : {},
      )) {
        if (!Reflect.get(value, 'description')) silent.push(`${name}.${property}`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('names operations once', () => {
    const names = operationsOf(document).map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});
