/** Faultline as a library: what a module that brings a target, a workload or a model of its own needs. */
export { defineTarget, defineWorkload } from './define.ts';
export {
  defineService,
  type ClientRequest,
  type Endpoint,
  type Endpoints,
  type ServiceClient,
  type ServiceContainer,
  type ServiceDefinition,
  type ServiceNode,
  type ServiceProcess,
  type ServicePromises,
  type ServiceQuestions,
} from './define-service.ts';
export { connectHttp, outcomeOfError, type HttpAnswer, type HttpClient } from './http-client.ts';
export { defineCampaign, type CampaignDefinition } from '../campaign/campaign-definition.ts';
export { composeTarget, type ComposeTargetOptions } from '../compose/compose-target.ts';
export { defineClient, type ComposeClient } from '../compose/compose-client.ts';
export { runTarget, type RunTargetOptions, type TargetRun } from './run-target.ts';
export * from '../generators/index.ts';
export { checkerNames, modelNames } from '../../checkers/index.ts';
export { fail, info, NOT_SENT, ok, type OpError, type Outcome } from '../kernel/outcome.ts';
export { HarnessError, isHarnessError } from '../kernel/harness-error.ts';
export type { CheckerUse, ModelSource } from '../kernel/checker.ts';
export type { AsyncClientSession } from '../kernel/client.ts';
export type { Draw, GenContext, Generator } from '../kernel/generator.ts';
export type { Host, HostEvent, Protocol } from '../kernel/host.ts';
export type { JsonObject, JsonValue } from '../kernel/json.ts';
export type { Model, ModelOp } from '../kernel/model.ts';
export { nodeNames, type NodeId } from '../kernel/node.ts';
export type { Invocation, Key, Op, ProcessId } from '../kernel/op.ts';
export type { Random } from '../kernel/random.ts';
export type {
  ClockProbe,
  ClusterView,
  ContainerContext,
  ContainerFile,
  ContainerSpec,
  DockerTarget,
  FaultModel,
  ObjectLevel,
  ProcessAddress,
  ProcessContext,
  ProcessSpec,
  ProcessTarget,
  ProcessView,
  RequestCodec,
  SimTarget,
  Target,
  TargetPromise,
} from '../kernel/target.ts';
export type { Workload, WorkloadContext, WorkloadGenerators } from '../kernel/workload.ts';
