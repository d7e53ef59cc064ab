export { describeFault } from './describe-fault.ts';
export { Nemesis, type NemesisOptions } from './nemesis.ts';
export { between, cutLinks, type ShapeContext } from './partition-shapes.ts';
export { planFaults, type FaultPlanRequest } from './plan-faults.ts';
export { scheduleGenerator } from './schedule-generator.ts';
export { resolveSchedule } from './shared-schedule.ts';
export { selectNodes } from './select-nodes.ts';
