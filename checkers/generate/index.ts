export { breaksOf, GENERATED_MODELS, generateHistory, type GenerateOptions } from './generate-history.ts';
