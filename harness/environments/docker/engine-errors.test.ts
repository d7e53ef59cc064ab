import { describe, expect, test } from 'vitest';
import { engineMessage, explainEngineError } from './engine-errors.ts';

describe('errors of the engine become one clear line', () => {
  test.each([
    ['ENOENT', /^no Docker engine: \/run\/x does not exist; .*--env sim$/],
    ['ECONNREFUSED', /^no Docker engine answers on \/run\/x: start it/],
    ['EACCES', /^no permission to use the Docker engine at \/run\/x: .*group docker$/],
  ])('%s', (code, line) => {
    const error = explainEngineError('list networks', Object.assign(new Error('connect'), { code }), '/run/x');
    expect(error).toMatchObject({ name: 'HarnessError', code: 'environment' });
    expect(error.message).toMatch(line);
  });

  test('a refusal keeps the words of the engine', () => {
    const refusal = Object.assign(new Error('(HTTP code 409)'), {
      statusCode: 409,
      json: { message: 'name\n  taken' },
    });
    expect(explainEngineError('create it', refusal, '/run/x').message).toBe(
      'the Docker engine could not create it: name taken',
    );
    expect(engineMessage('odd')).toBe('odd');
  });
});
