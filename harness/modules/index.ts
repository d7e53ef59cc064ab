export { loadDefinition, parseDefinition } from './load-definition.ts';
export { TARGET_DEFINITION, WORKLOAD_DEFINITION } from './definition-schemas.ts';
